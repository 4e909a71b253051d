package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.server.HandshakeRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long an asynchronous send may take, and what the getter returns for it. If the application sets zero or less, the
 * send has no deadline (javadoc of {@code setSendTimeout} and {@code setAsyncSendTimeout}), but a peer that reads
 * nothing is still cut after {@link Setting#SEND_TIMEOUT}, which bounds each write. If nobody has set it, {@link
 * Setting#SEND_TIMEOUT} applies.
 *
 * @param millis what the getter returns
 * @param nanos the time from the send to its deadline
 */
public record AsyncSendTimeout(long millis, long nanos) {
    /**
     * Some 73 years: two times of System.nanoTime that far apart can still be compared; with Long.MAX_VALUE they could
     * not.
     */
    private static final long WITHOUT_END = Long.MAX_VALUE / 4;

    /** The setting's value for "no deadline", some 55 years, since zero stands for {@link Setting#SEND_TIMEOUT}. */
    private static final Duration NONE = Duration.ofDays(20_000);

    /**
     * Jakarta WebSocket 2.3, javadoc of {@code RemoteEndpoint.Async.setSendTimeout}: "The default is -1." Earlier
     * versions name no default, and the getter returns the timeout in effect.
     */
    private static final boolean DEFAULT_READS_MINUS_ONE = isOfApi23();

    /** The timeout with which a session begins. */
    static AsyncSendTimeout initial(Settings settings) {
        Duration own = settings.get(Setting.ASYNC_SEND_TIMEOUT);
        if (!own.isZero()) {
            return own.equals(NONE) ? set(0) : set(own.toMillis());
        }
        Duration shared = settings.get(Setting.SEND_TIMEOUT);
        return new AsyncSendTimeout(DEFAULT_READS_MINUS_ONE ? -1 : shared.toMillis(), shared.toNanos());
    }

    /** The timeout that the application sets for one session. */
    static AsyncSendTimeout set(long millis) {
        long nanos = millis <= 0 ? WITHOUT_END : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), WITHOUT_END);
        return new AsyncSendTimeout(millis, nanos);
    }

    /** The timeout that the application sets for a container, as a value of {@link Setting#ASYNC_SEND_TIMEOUT}. */
    public static Duration setting(long millis) {
        return millis <= 0 ? NONE : Duration.ofMillis(Math.min(millis, NONE.toMillis()));
    }

    /**
     * What a container's getter returns for the setting. It is zero if nobody has set it, because the TCK of 2.2 and
     * 2.3 requires that of a new container ({@code getDefaultAsyncSendTimeoutTest}).
     */
    public static long millis(Settings settings) {
        Duration own = settings.get(Setting.ASYNC_SEND_TIMEOUT);
        return own.equals(NONE) ? 0 : own.toMillis();
    }

    private static boolean isOfApi23() {
        try {
            return isOfApi23(HandshakeRequest.class);
        } catch (NoClassDefFoundError e) { // only the client's API is there
            return "2.3"
                    .equals(jakarta.websocket.RemoteEndpoint.class.getPackage().getSpecificationVersion());
        }
    }

    /**
     * Whether the type has a method that 2.3 adds. The manifest does not help: jars into which an API was copied have
     * another version.
     */
    static boolean isOfApi23(Class<?> handshakeRequest) {
        try {
            handshakeRequest.getMethod("getUserX509CertificateChain");
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
