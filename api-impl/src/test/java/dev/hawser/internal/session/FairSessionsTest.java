package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has much to do lets those with little go first, seen from sessions. */
class FairSessionsTest {
    @Test
    void aSmallMessageIsServedBeforeTheNextTurnsOfSessionsThatHaveMoreToDoThanATurnTakes() {
        int heavy = 30;
        Settings oneWorker = Settings.builder()
                .set(Setting.MAX_WORKERS, 1)
                .set(Setting.SLOW_CALLBACK, SessionHarness.SOON)
                .build();
        Ordered endpoint = new Ordered();
        try (SessionHarness gate = new SessionHarness(endpoint, oneWorker)) {
            gate.read(SessionHarness.text("gate")); // holds the only worker
            SessionHarness.await("the gate", () -> endpoint.order.contains("gate"));
            byte[][] frames = new byte[40][];
            Arrays.fill(frames, SessionHarness.text("a".repeat(10_000)));
            for (int i = 0; i < heavy; i++) {
                arrive(gate, endpoint, oneWorker, frames);
            }
            byte[][] last = {SessionHarness.text("gate")};
            FakeTransport over = new FakeTransport();
            WebSocketConnection bystander = gate.connect(endpoint, oneWorker, over);
            arrive(gate, endpoint, oneWorker, last);
            endpoint.gate.release(); // all have their first turns, the one that holds the worker as the last
            SessionHarness.await("the second gate", () -> Collections.frequency(endpoint.order, "gate") == 2);
            int arrived = endpoint.order.size();
            over.arrive(SessionHarness.text("small"));
            bystander.transportListener().onReadable();
            endpoint.gate.release();
            SessionHarness.await("the bystander", () -> endpoint.order.contains("small"));
            int before = endpoint.order.indexOf("small") - arrived;
            assertTrue(before <= 7, before + " large messages before the small one, and a turn takes 7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"async text", "async binary", "async object", "basic text", "basic binary", "basic object"})
    void aCallbackThatHasSentForLongLetsWhatWaitsGoFirstWithItsNextSend(String kind) {
        Sending endpoint = new Sending();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            endpoint.dispatcher = session.runtime.dispatcher();
            session.read(SessionHarness.text(kind));
            SessionHarness.await("the callback", () -> endpoint.order.size() == 2);
            assertEquals(List.of("what waited", "the send"), endpoint.order);
        }
    }

    private static void arrive(SessionHarness session, Ordered endpoint, Settings settings, byte[]... frames) {
        FakeTransport over = new FakeTransport();
        WebSocketConnection connection = session.connect(endpoint, settings, over);
        for (byte[] frame : frames) {
            over.arrive(frame);
        }
        do {
            connection.transportListener().onReadable();
        } while (over.takeReadable());
    }

    /** Writes down in which order its sessions are called; "gate" waits. */
    @ServerEndpoint("/test")
    public static class Ordered {
        final List<String> order = new CopyOnWriteArrayList<>();
        final Semaphore gate = new Semaphore(0);

        @OnMessage
        public void onText(String message) throws InterruptedException {
            order.add(message);
            if (message.equals("gate") && !gate.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opens the gate");
            }
        }
    }

    /** Computes for longer than its share, and sends while another turn waits. */
    @ServerEndpoint("/test")
    public static class Sending {
        final List<String> order = new CopyOnWriteArrayList<>();
        volatile DrainDispatcher dispatcher;

        @OnMessage
        public void onText(String kind, Session session) throws Exception {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(1)) {
                Thread.onSpinWait();
            }
            Turn waiting = () -> order.add("what waited");
            dispatcher.ready(new Turn.Ticket(waiting));
            switch (kind) {
                case "async text" -> session.getAsyncRemote().sendText("a");
                case "async binary" -> session.getAsyncRemote().sendBinary(ByteBuffer.allocate(1));
                case "async object" -> session.getAsyncRemote().sendObject("a");
                case "basic text" -> session.getBasicRemote().sendText("a");
                case "basic binary" -> session.getBasicRemote().sendBinary(ByteBuffer.allocate(1));
                default -> session.getBasicRemote().sendObject("a");
            }
            order.add("the send");
        }
    }
}
