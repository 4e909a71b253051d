package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.server.HandshakeRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long an asynchronous send may take, and what the getter says of it. Zero or less, set by the application, is no
 * deadline of the send's own, as the javadoc of {@code setSendTimeout} and {@code setAsyncSendTimeout} says; a peer
 * that takes nothing is still cut by {@link Setting#SEND_TIMEOUT}, which also bounds each write. While nobody set it,
 * {@link Setting#SEND_TIMEOUT} holds.
 *
 * @param millis what the getter says
 * @param nanos what is added to the time of the send
 */
public record AsyncSendTimeout(long millis, long nanos) {
    /** Some 73 years: two points in time that far apart can still be compared, which Long.MAX_VALUE does not allow. */
    private static final long WITHOUT_END = Long.MAX_VALUE / 4;

    /** The setting's value for "no deadline", since its zero stands for {@link Setting#SEND_TIMEOUT}. Some 55 years. */
    private static final Duration NONE = Duration.ofDays(20_000);

    /**
     * Jakarta WebSocket 2.3, javadoc of {@code RemoteEndpoint.Async.setSendTimeout}: "The default is -1." Earlier ones
     * name no default, and the getter tells what holds.
     */
    private static final boolean DEFAULT_READS_MINUS_ONE = isOfApi23();

    /** What a session begins with. */
    static AsyncSendTimeout initial(Settings settings) {
        Duration own = settings.get(Setting.ASYNC_SEND_TIMEOUT);
        if (!own.isZero()) {
            return own.equals(NONE) ? set(0) : set(own.toMillis());
        }
        Duration shared = settings.get(Setting.SEND_TIMEOUT);
        return new AsyncSendTimeout(DEFAULT_READS_MINUS_ONE ? -1 : shared.toMillis(), shared.toNanos());
    }

    /** What the application sets for one session. */
    static AsyncSendTimeout set(long millis) {
        long nanos = millis <= 0 ? WITHOUT_END : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), WITHOUT_END);
        return new AsyncSendTimeout(millis, nanos);
    }

    /** What the application sets for a container, as the value of {@link Setting#ASYNC_SEND_TIMEOUT}. */
    public static Duration setting(long millis) {
        return millis <= 0 ? NONE : Duration.ofMillis(Math.min(millis, NONE.toMillis()));
    }

    /**
     * What a container's getter says of the setting. Zero while nobody set it, since the TCK of 2.2 and 2.3 demands it
     * of a new container ({@code getDefaultAsyncSendTimeoutTest}).
     */
    public static long millis(Settings settings) {
        Duration own = settings.get(Setting.ASYNC_SEND_TIMEOUT);
        return own.equals(NONE) ? 0 : own.toMillis();
    }

    private static boolean isOfApi23() {
        try {
            return isOfApi23(HandshakeRequest.class);
        } catch (NoClassDefFoundError e) { // the client's API alone
            return "2.3"
                    .equals(jakarta.websocket.RemoteEndpoint.class.getPackage().getSpecificationVersion());
        }
    }

    /** Whether the type has a method that 2.3 adds: no jar that an API was copied into says its version. */
    static boolean isOfApi23(Class<?> handshakeRequest) {
        try {
            handshakeRequest.getMethod("getUserX509CertificateChain");
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
