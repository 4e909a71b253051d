package dev.hawser.internal.connection;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ends of a session, with a send that waits. Whatever throws: onClose comes once and last, the transport is closed,
 * the registry forgets the session, and the send's handler is told once.
 */
final class EndFaults {
    private static final Settings SETTINGS = Settings.builder()
            .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(100))
            .build();

    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final FakeTransport transport = new FakeTransport();
    private final AtomicInteger told = new AtomicInteger();

    /** What happens to the session, and then, without a fault, what its peer does. */
    private interface Step {
        void of(WebSocketConnection connection, FakeTransport transport) throws IOException;
    }

    public static final class PeerCloses implements Callable<String> {
        @Override
        public String call() {
            return new EndFaults()
                    .run(
                            (connection, transport) -> {
                                transport.releaseWrite();
                                read(connection, transport, SessionHarness.close(1000, "bye"));
                            },
                            (connection, transport) -> {});
        }
    }

    public static final class WeClose implements Callable<String> {
        @Override
        public String call() {
            return new EndFaults()
                    .run(
                            (connection, transport) -> {
                                closeByApplication(connection);
                                transport.releaseWrite();
                            },
                            (connection, transport) -> {
                                SessionHarness.sessionOf(connection).close(); // the caller knows if it has thrown
                                read(connection, transport, SessionHarness.close(1000, ""));
                            });
        }
    }

    public static final class Reset implements Callable<String> {
        @Override
        public String call() {
            return new EndFaults()
                    .run(
                            (connection, transport) -> {
                                transport.breakReading(new IOException("reset"));
                                connection.transportListener().onReadable();
                            },
                            (connection, transport) -> {});
        }
    }

    public static final class Violation implements Callable<String> {
        @Override
        public String call() {
            return new EndFaults()
                    .run(
                            (connection, transport) -> {
                                transport.releaseWrite();
                                read(connection, transport, new byte[] {(byte) 0xF1, (byte) 0x80, 0, 0, 0, 0}); // RSV
                            },
                            (connection, transport) -> {
                                soon(() -> transport.isOutputShut() || transport.isClosed());
                                transport.end();
                                connection.transportListener().onReadable();
                            });
        }
    }

    public static final class Cut implements Callable<String> {
        @Override
        public String call() {
            return new EndFaults()
                    .run(
                            (connection, transport) -> connection.cut("it is cut", CloseCause.STOPPED),
                            (connection, transport) -> {});
        }
    }

    /** Who calls it knows what it throws. */
    private static void closeByApplication(WebSocketConnection connection) {
        try {
            SessionHarness.sessionOf(connection).close();
        } catch (Throwable e) {
            // and may call it again
        }
    }

    private static void read(WebSocketConnection connection, FakeTransport transport, byte[] frame) {
        transport.arrive(frame);
        connection.transportListener().onReadable();
    }

    private String run(Step end, Step peer) {
        SessionHarness harness = new SessionHarness(new RecordingEndpoint(), SETTINGS.over(Settings.defaults()));
        try {
            WebSocketConnection connection = harness.connect(endpoint, SETTINGS.over(Settings.defaults()), transport);
            transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("waits", result -> told.incrementAndGet());
            FaultInjection.arm();
            try {
                end.of(connection, transport);
            } catch (Throwable e) {
                connection.transportListener().onClosed(e); // as containers do
            }
            soon(() -> endpoint.ended() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            transport.releaseWrite();
            peer.of(connection, transport);
            return wrong(harness, connection);
        } catch (IOException e) {
            return "the peer's step: " + e;
        } finally {
            Faults.disarm();
            harness.connection.cut("the test ends", CloseCause.STOPPED);
            harness.runtime.close(Duration.ofMillis(50));
            harness.executor.shutdownNow();
        }
    }

    private String wrong(SessionHarness harness, WebSocketConnection connection) {
        if (!soon(endpoint::ended)) {
            return "onClose is lost: " + endpoint.calls;
        }
        if (!soon(() -> transport.isClosed() && harness.hasGone(connection))) {
            return "the session is not given back: closed=" + transport.isClosed() + " " + endpoint.calls;
        }
        if (!soon(() -> told.get() == 1)) {
            return "the SendHandler was told " + told + " times";
        }
        return wrong(endpoint);
    }

    /**
     * What is wrong with the order of the callbacks, or null. An onError may follow onClose: that of onClose itself.
     */
    static String wrong(RecordingEndpoint endpoint) {
        String last = "";
        int ends = 0;
        for (String call : endpoint.calls) {
            if (!call.startsWith("error:")) {
                last = call;
            }
            if (call.startsWith("close:")) {
                ends++;
            }
        }
        boolean opened = endpoint.calls.contains("open");
        return ends == (opened ? 1 : 0) && (ends == 0 || last.startsWith("close:"))
                ? null
                : "callbacks " + endpoint.calls;
    }
}
