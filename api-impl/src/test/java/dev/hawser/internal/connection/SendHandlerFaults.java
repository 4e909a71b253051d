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
import jakarta.websocket.OnMessage;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends that end together, with a SendHandler or a Future each. Whatever throws: each handler of a send that did not
 * throw is told once, each Future is done, and the session's later handlers are told, or it has ended.
 */
public class SendHandlerFaults implements Callable<String> {
    private static final int SENDS = 3;

    private final AtomicInteger[] told = new AtomicInteger[SENDS];
    private final boolean[] accepted = new boolean[SENDS];
    private volatile Future<?> future;

    @Override
    public String call() {
        RecordingEndpoint endpoint = endpoint();
        SessionHarness harness = new SessionHarness(endpoint, settings());
        WebSocketConnection connection = harness.connection;
        try {
            if (!soon(() -> endpoint.session != null)) {
                return "no onOpen";
            }
            RemoteEndpoint.Async remote = endpoint.session.getAsyncRemote();
            sendAll(harness, remote);
            soon(() -> areTold() || !Faults.where().isEmpty());
            Faults.awaitQuiet();
            Faults.disarm();
            return afterwards(endpoint, connection, remote);
        } finally {
            Faults.disarm();
            connection.cut("the test ends", CloseCause.STOPPED);
            harness.runtime.close(Duration.ofMillis(200));
            harness.executor.shutdownNow();
        }
    }

    RecordingEndpoint endpoint() {
        return new RecordingEndpoint();
    }

    Settings settings() {
        return Settings.defaults();
    }

    /** Arms the fault, and sends while nothing is written, so that all sends end together. */
    void sendAll(SessionHarness harness, RemoteEndpoint.Async remote) {
        harness.transport.holdWrites();
        FaultInjection.arm();
        sendEach(remote);
        release(harness.connection, harness.transport);
    }

    final void sendEach(RemoteEndpoint.Async remote) {
        for (int i = 0; i < SENDS; i++) {
            send(remote, i);
        }
        try {
            future = remote.sendText("future");
        } catch (Throwable e) {
            // the caller knows
        }
    }

    private void send(RemoteEndpoint.Async remote, int i) {
        AtomicInteger count = new AtomicInteger();
        told[i] = count;
        try {
            remote.sendText("send " + i, result -> count.incrementAndGet());
            accepted[i] = true;
        } catch (Throwable e) {
            // the caller knows
        }
    }

    /** The sends are made in a callback on the event loop, where their handlers run after it. */
    public static final class OnTheEventLoop extends SendHandlerFaults {
        @Override
        RecordingEndpoint endpoint() {
            return new Sender(this);
        }

        @Override
        Settings settings() {
            return Settings.builder()
                    .set(Setting.DISPATCH, Dispatch.EVENT_LOOP)
                    .build()
                    .over(Settings.defaults());
        }

        @Override
        void sendAll(SessionHarness harness, RemoteEndpoint.Async remote) {
            byte[] message = SessionHarness.text("send");
            FaultInjection.arm();
            try {
                harness.read(message);
            } catch (Throwable e) {
                harness.connection.transportListener().onClosed(e);
            }
        }
    }

    /** Sends in its callback. */
    @ServerEndpoint("/test")
    public static final class Sender extends RecordingEndpoint {
        private final SendHandlerFaults faults;

        Sender(SendHandlerFaults faults) {
            this.faults = faults;
        }

        @Override
        @OnMessage
        public String onText(String message) {
            faults.sendEach(session.getAsyncRemote());
            return null;
        }
    }

    /** What the transport's thread throws into it ends the connection, as containers do. */
    private static void release(WebSocketConnection connection, FakeTransport transport) {
        try {
            transport.releaseWrite();
        } catch (Throwable e) {
            connection.transportListener().onClosed(e);
        }
    }

    private boolean areTold() {
        for (int i = 0; i < SENDS; i++) {
            if (accepted[i] && told[i].get() == 0) {
                return false;
            }
        }
        return future == null || future.isDone();
    }

    private String afterwards(RecordingEndpoint endpoint, WebSocketConnection connection, RemoteEndpoint.Async remote) {
        AtomicInteger later = new AtomicInteger();
        try {
            remote.sendText("later", result -> later.incrementAndGet());
        } catch (IllegalStateException e) {
            later.set(1); // the session has ended
        }
        if (!soon(() -> later.get() == 1)) {
            return "a later SendHandler is not told: " + state(endpoint);
        }
        if (!soon(this::areTold)) {
            return "a SendHandler or Future is lost: " + state(endpoint);
        }
        connection.cut("the test ends", CloseCause.STOPPED);
        if (!soon(endpoint::ended)) {
            return "onClose is lost: " + state(endpoint);
        }
        for (AtomicInteger count : told) {
            if (count != null && count.get() > 1) { // null if the callback was not called
                return "a SendHandler is told twice";
            }
        }
        return null;
    }

    private String state(RecordingEndpoint endpoint) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SENDS; i++) {
            text.append(accepted[i] ? "" : "refused ").append(told[i]).append(", ");
        }
        return text.append("future ")
                .append(future == null ? "refused" : future.isDone())
                .append(" ")
                .append(endpoint.calls)
                .toString();
    }
}
