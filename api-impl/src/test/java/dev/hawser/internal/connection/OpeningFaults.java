package dev.hawser.internal.connection;

import static dev.hawser.faults.Patience.soon;

import dev.hawser.CloseCause;
import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport that opens, with a message behind the handshake. Whatever throws: the session is served, and ends once,
 * or nothing is left of it; where onOpen was not called, nothing is.
 */
final class OpeningFaults {
    private static final Settings SETTINGS = Settings.builder()
            .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(100))
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
                            SETTINGS,
                            () -> endpoint.ends.get() > 0,
                            () -> endpoint.ends.get() == endpoint.opens.get() && endpoint.opens.get() < 2
                                    ? null
                                    : "onOpen and onClose do not match");
        }
    }

    public static final class OnWorkers implements Callable<String> {
        @Override
        public String call() {
            return new OpeningFaults().greets(SETTINGS);
        }
    }

    public static final class OnTheEventLoop implements Callable<String> {
        @Override
        public String call() {
            return new OpeningFaults()
                    .greets(Settings.builder()
                            .set(Setting.DISPATCH, Dispatch.EVENT_LOOP)
                            .build()
                            .over(SETTINGS));
        }
    }

    public static final class WithoutOnOpen implements Callable<String> {
        @Override
        public String call() {
            OpeningFaults faults = new OpeningFaults();
            Echoes endpoint = new Echoes();
            return faults.run(endpoint, SETTINGS, () -> faults.received("text:early"), () -> {
                boolean lost = !faults.received("text:early") && faults.received("text:later");
                boolean right = endpoint.ends.get() < 2 && (endpoint.ends.get() == 1 || endpoint.texts.get() == 0);
                return right && (!lost || endpoint.errors.get() > 0) ? null : "callbacks " + endpoint;
            });
        }
    }

    /** The connection is cut before its transport opens: it never does. */
    public static final class CutBefore implements Callable<String> {
        @Override
        public String call() {
            return new OpeningFaults().cutBefore();
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

    /** Sends in its onOpen, and echoes. */
    @ServerEndpoint("/test")
    public static final class Greets {
        final AtomicInteger opens = new AtomicInteger();
        final AtomicInteger accepted = new AtomicInteger();
        final AtomicInteger told = new AtomicInteger();
        final AtomicInteger errors = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        @OnOpen
        public void onOpen(Session session) {
            opens.incrementAndGet();
            try {
                session.getAsyncRemote().sendText("hello", result -> told.incrementAndGet());
                accepted.incrementAndGet();
            } catch (Throwable e) {
                // the caller knows
            }
        }

        @OnMessage
        public String onText(String text) {
            return text;
        }

        @OnError
        public void onError(Throwable error) {
            errors.incrementAndGet();
        }

        @OnClose
        public void onClose(CloseReason reason) {
            ends.incrementAndGet();
        }

        boolean matches() {
            return opens.get() < 2 && ends.get() == opens.get() && (opens.get() == 1 || errors.get() == 0);
        }

        /** Where the send threw, the handler may have been told all the same. */
        boolean isTold() {
            return told.get() >= accepted.get();
        }

        @Override
        public String toString() {
            return "open " + opens + ", sends " + accepted + ", told " + told + ", error " + errors + ", close " + ends;
        }
    }

    @ServerEndpoint("/test")
    public static final class Echoes {
        final AtomicInteger texts = new AtomicInteger();
        final AtomicInteger errors = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        @OnMessage
        public String onText(String text) {
            texts.incrementAndGet();
            return text;
        }

        @OnError
        public void onError(Throwable error) {
            errors.incrementAndGet();
        }

        @OnClose
        public void onClose(CloseReason reason) {
            ends.incrementAndGet();
        }

        @Override
        public String toString() {
            return "text " + texts + ", error " + errors + ", close " + ends;
        }
    }

    private @Nullable String greets(Settings settings) {
        Greets endpoint = new Greets();
        return run(endpoint, settings, () -> received("text:early") && endpoint.isTold(), () -> {
            boolean lost = !received("text:early") && received("text:later");
            boolean right = soon(() -> endpoint.matches() && endpoint.isTold()) && endpoint.told.get() < 2;
            return right && (!lost || endpoint.errors.get() > 0) ? null : "callbacks: " + endpoint;
        });
    }

    private @Nullable String run(
            Object endpoint, Settings settings, BooleanSupplier served, Supplier<@Nullable String> wrong) {
        SessionHarness harness = new SessionHarness(new RecordingEndpoint(), SETTINGS);
        try {
            WebSocketConnection connection = harness.accepted(endpoint, settings);
            FaultInjection.arm();
            open(connection);
            soon(() -> served.getAsBoolean() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            transport.arrive(SessionHarness.text("later"));
            if (!soon(() -> isServed(connection) || isGivenBack(harness, connection))) {
                return "neither served nor ended: " + endpoint + ", received " + SessionHarness.received(transport);
            }
            connection.cut("the test ends", CloseCause.STOPPED);
            if (!soon(() -> isGivenBack(harness, connection))) {
                return "the session is not given back: closed=" + transport.isClosed();
            }
            soon(() -> wrong.get() == null);
            return wrong.get();
        } finally {
            Faults.disarm();
            harness.connection.cut("the test ends", CloseCause.STOPPED);
            harness.runtime.close(Duration.ofMillis(50));
            harness.executor.shutdownNow();
        }
    }

    /** What it throws ends the transport, as containers do. */
    private void open(WebSocketConnection connection) {
        try {
            connection.transportListener().onOpen(transport, ByteBuffer.wrap(SessionHarness.text("early")));
        } catch (Throwable e) {
            transport.abort();
            connection.transportListener().onClosed(e);
        }
    }

    private @Nullable String cutBefore() {
        SessionHarness harness = new SessionHarness(new RecordingEndpoint(), SETTINGS);
        try {
            Greets endpoint = new Greets();
            WebSocketConnection connection = harness.accepted(endpoint, SETTINGS);
            FaultInjection.arm();
            boolean cut = false;
            try {
                connection.cut("before it opens", CloseCause.STOPPED);
                cut = true;
            } catch (Throwable e) {
                // the caller knows
            }
            open(connection);
            Faults.awaitQuiet();
            Faults.disarm();
            connection.cut("the test ends", CloseCause.STOPPED);
            if (!soon(() -> isGivenBack(harness, connection))) {
                return "the session is not given back: closed=" + transport.isClosed() + ", " + endpoint;
            }
            boolean right = soon(() -> endpoint.matches() && endpoint.isTold());
            return right && (!cut || endpoint.opens.get() == 0) ? null : "callbacks: " + endpoint;
        } finally {
            Faults.disarm();
            harness.connection.cut("the test ends", CloseCause.STOPPED);
            harness.runtime.close(Duration.ofMillis(50));
            harness.executor.shutdownNow();
        }
    }

    private boolean isServed(WebSocketConnection connection) {
        if (transport.takeReadable()) {
            connection.transportListener().onReadable();
        }
        return received("text:later");
    }

    private boolean received(String line) {
        List<String> lines = SessionHarness.received(transport);
        return lines.contains(line);
    }

    private boolean isGivenBack(SessionHarness harness, WebSocketConnection connection) {
        return transport.isClosed() && harness.hasGone(connection);
    }
}
