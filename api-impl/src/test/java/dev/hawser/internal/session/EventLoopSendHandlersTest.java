package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The SendHandlers of sends that a callback on the event loop makes: they follow it, and wake no worker. */
class EventLoopSendHandlersTest {
    private static final Settings EVENT_LOOP = Settings.builder()
            .set(Setting.DISPATCH, Dispatch.EVENT_LOOP)
            .set(Setting.FLUSH_DELAY, Duration.ofMinutes(10)) // for as long as a loaded machine may take
            .build();

    private final Sender endpoint = new Sender();

    @Test
    void runOnTheEventLoopAfterTheCallbackAndInOrder() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            session.read(SessionHarness.text("one two three"));
            assertEquals(List.of("begins", "ends", "sent one", "sent two", "sent three"), endpoint.calls);
            assertSame(Thread.currentThread(), endpoint.handlerThread);
        }
    }

    @Test
    void runAfterAllCallbacksOfTheTurnWhoseSendsAreOneWrite() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            int before = session.transport.writes();
            session.read(SessionHarness.text("one"), SessionHarness.text("two"));
            assertEquals(1, session.transport.writes() - before);
            assertEquals(List.of("begins", "ends", "begins", "ends", "sent one", "sent two"), endpoint.calls);
            assertSame(Thread.currentThread(), endpoint.handlerThread);
        }
    }

    @Test
    void ofAnotherSessionRunThereToo() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            endpoint.receiver = another(session, EVENT_LOOP);
            session.read(SessionHarness.text("one"));
            assertEquals(List.of("begins", "ends", "sent one"), endpoint.calls);
            assertSame(Thread.currentThread(), endpoint.handlerThread);
        }
    }

    @Test
    void ofASessionWithWorkersRunOnAWorkerSinceTheyMayWait() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            endpoint.receiver = another(session, Settings.defaults());
            session.read(SessionHarness.text("one"));
            SessionHarness.await("the handler", () -> endpoint.handlerThread != null);
            assertNotSame(Thread.currentThread(), endpoint.handlerThread);
        }
    }

    private static Session another(SessionHarness session, Settings settings) {
        RecordingEndpoint receiver = new RecordingEndpoint();
        session.connect(receiver, settings, new FakeTransport());
        return receiver.session;
    }

    @Test
    void runOnAWorkerIfTheCallbackWaitsForThemThoughItMustNot() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            session.read(SessionHarness.text("wait"));
            assertEquals(List.of("begins", "sent wait", "ends"), endpoint.calls);
            assertNotSame(Thread.currentThread(), endpoint.handlerThread);
        }
    }

    @Test
    void ofOtherSessionsRunOnAWorkerIfOneWaitsThoughItMustNot() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            Session first = another(session, EVENT_LOOP);
            Session second = another(session, EVENT_LOOP);
            CountDownLatch others = new CountDownLatch(1);
            endpoint.inCallback = () -> {
                first.getAsyncRemote().sendText("one", result -> endpoint.calls.add("waited " + waited(others)));
                second.getAsyncRemote().sendText("two", result -> others.countDown());
            };
            session.read(SessionHarness.text(""));
            assertTrue(endpoint.calls.contains("waited true"), endpoint.calls::toString);
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void mayNotWaitThereSoABasicSendOfTheirsReturnsBeforeItIsWritten() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            endpoint.inHandler = () -> {
                session.transport.holdWrites();
                endpoint.sendBlocking("of the handler");
            };
            session.read(SessionHarness.text("one"));
            assertEquals(List.of("begins", "ends", "sent one"), endpoint.calls);
            session.transport.releaseWrite();
            SessionHarness.await("it is written", () -> session.received().contains("text:of the handler"));
        }
    }

    @Test
    void thatSendAgainAndAgainLeaveTheEventLoopToOthers() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            endpoint.inHandler = () -> endpoint.send("again");
            session.read(SessionHarness.text("one"));
            assertEquals(
                    List.of("begins", "ends", "sent one"),
                    List.copyOf(endpoint.calls).subList(0, 3));
            SessionHarness.await(
                    "a worker goes on", () -> endpoint.handlerThread.getName().startsWith("test-worker"));
            endpoint.inHandler = () -> {};
        }
    }

    @Test
    void thatThrowAreReportedAndTheOthersRun() {
        try (SessionHarness session = new SessionHarness(endpoint, EVENT_LOOP)) {
            endpoint.inHandler = () -> {
                throw new IllegalStateException("of the handler");
            };
            session.read(SessionHarness.text("one two"));
            SessionHarness.await("both errors", () -> endpoint.errors.size() == 2);
            assertEquals(List.of("begins", "ends", "sent one", "sent two"), endpoint.calls);
        }
    }

    /** Sends each word of a message with a handler. */
    @ServerEndpoint("/test")
    public static class Sender {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        private final CountDownLatch handled = new CountDownLatch(1);
        volatile Session receiver;
        volatile Thread handlerThread;
        volatile Runnable inHandler = () -> {};
        volatile Runnable inCallback = () -> {};

        @OnMessage
        public void onText(String message, Session session) throws InterruptedException {
            if (receiver == null) {
                receiver = session;
            }
            calls.add("begins");
            for (String word : message.split(" ")) {
                send(word);
            }
            inCallback.run();
            if (message.equals("wait")) {
                assertTrue(handled.await(30, TimeUnit.SECONDS));
            }
            calls.add("ends");
        }

        @OnError
        public void onError(Throwable error) {
            errors.add(error);
        }

        void send(String message) {
            receiver.getAsyncRemote().sendText(message, result -> {
                handlerThread = Thread.currentThread();
                calls.add("sent " + message);
                handled.countDown();
                inHandler.run();
            });
        }

        void sendBlocking(String message) {
            try {
                receiver.getBasicRemote().sendText(message);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
