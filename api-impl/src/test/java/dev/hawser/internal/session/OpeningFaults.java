package dev.hawser.internal.session;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A transport that opens, with a message behind the handshake. Whatever throws: the session is served, and ends once, or nothing is left
 * of it; where onOpen was not called, nothing is.
 */
final class OpeningFaults {
    private static final Settings SETTINGS = Settings.builder()
            .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(300))
            .build()
            .over(Settings.defaults());

    private final FakeTransport transport = new FakeTransport();

    public static final class OnOpenThrows implements Callable<String> {
        @Override
        public String call() {
            NeverOpens endpoint = new NeverOpens();
            return new OpeningFaults()
                    .run(
                            endpoint,
                            () -> endpoint.ends.get() > 0,
                            () -> endpoint.ends.get() == endpoint.opens.get() && endpoint.opens.get() < 2);
        }
    }

    /** Its onOpen throws. */
    @ServerEndpoint("/test")
    public static final class NeverOpens {
        final AtomicInteger opens = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        @OnOpen
        public void onOpen() {
            opens.incrementAndGet();
            throw new IllegalStateException("as the test will have it");
        }

        @OnClose
        public void onClose(CloseReason reason) {
            ends.incrementAndGet();
        }
    }

    private String run(Object endpoint, BooleanSupplier served, BooleanSupplier right) {
        SessionHarness harness = new SessionHarness(new RecordingEndpoint(), SETTINGS);
        try {
            WebSocketConnection connection = harness.accepted(endpoint, SETTINGS);
            FaultInjection.arm();
            try {
                connection.onOpen(transport, ByteBuffer.wrap(SessionHarness.text("early")));
            } catch (Throwable e) {
                connection.onClosed(e); // as containers do
            }
            soon(() -> served.getAsBoolean() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            if (!soon(() -> served.getAsBoolean() || isGivenBack(harness))) {
                return "neither served nor ended: " + endpoint;
            }
            connection.cut("the test ends");
            if (!soon(() -> isGivenBack(harness))) {
                return "the session is not given back: closed=" + transport.isClosed();
            }
            return soon(right) ? null : "onOpen and onClose do not match";
        } finally {
            Faults.disarm();
            harness.connection.cut("the test ends");
            harness.runtime.close(Duration.ofMillis(50));
            harness.executor.shutdownNow();
        }
    }

    private boolean isGivenBack(SessionHarness harness) {
        return transport.isClosed() && harness.runtime.registry().size() == 1;
    }
}
