package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Asynchronous sends that a full queue refuses are told so in their handlers, and those that wait for that do not fill
 * the heap.
 */
class RefusedSendsTest {
    private static final Settings SMALL =
            Settings.builder().set(Setting.OUTBOUND_MESSAGES, 4).build();

    @Test
    void aThreadThatSendsInALoopWaitsForTheHandlersOfWhatWasRefused() throws Exception {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint, SMALL)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            session.transport.holdWrites();
            int sends = 5_000;
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            Thread sender = new Thread(() -> {
                for (int i = 0; i < sends; i++) {
                    endpoint.session.getAsyncRemote().sendText("message", result -> {
                        if (result.isOK()) {
                            return;
                        }
                        refused.incrementAndGet();
                        try {
                            release.await(30, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                    sent.incrementAndGet();
                }
            });
            sender.setDaemon(true);
            sender.start();
            SessionHarness.await(
                    "the sender waits", () -> sender.getState() == Thread.State.TIMED_WAITING || sent.get() == sends);
            assertTrue(sent.get() < 2_500, sent.get() + " sends, and one handler has run");
            release.countDown();
            sender.join(30_000);
            assertEquals(sends, sent.get());
            SessionHarness.await("all are told", () -> refused.get() >= sends - 10);
        }
    }

    @Test
    void onTheEventLoopWhichMustNotWaitSuchASendThrows() {
        Flood endpoint = new Flood();
        Settings settings = SMALL.over(
                Settings.builder().set(Setting.DISPATCH, Dispatch.EVENT_LOOP).build());
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            session.transport.holdWrites();
            session.read(SessionHarness.text("go"));
            assertTrue(endpoint.failure.getMessage().contains("SendHandlers"), endpoint.failure.getMessage());
            endpoint.release.countDown();
            SessionHarness.await("each is told", () -> endpoint.refused.get() >= endpoint.sent.get() - 10);
        }
    }

    @Test
    void aCallbackThatSendsInALoopIsToldSoSinceTheHandlersMayNeedItsThread() {
        Flood endpoint = new Flood();
        try (SessionHarness session = new SessionHarness(endpoint, SMALL)) {
            session.transport.holdWrites();
            session.read(SessionHarness.text("go"));
            SessionHarness.await("it is told", () -> endpoint.failure instanceof IllegalStateException);
            assertTrue(endpoint.sent.get() < 2_500, endpoint.sent.get() + " sends, and one handler has run");
            assertTrue(endpoint.failure.getMessage().contains("SendHandlers"), endpoint.failure.getMessage());
            endpoint.release.countDown();
            SessionHarness.await("each is told", () -> endpoint.refused.get() >= endpoint.sent.get() - 10);
        }
    }

    @Test
    void eachRefusalIsAnExceptionOfItsOwnWithoutAStackTrace() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        List<Throwable> refused = new CopyOnWriteArrayList<>();
        try (SessionHarness session = new SessionHarness(endpoint, SMALL)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            session.transport.holdWrites();
            for (int i = 0; i < 10; i++) {
                endpoint.session.getAsyncRemote().sendText("message", result -> {
                    if (!result.isOK()) {
                        refused.add(result.getException());
                    }
                });
            }
            SessionHarness.await("two are told", () -> refused.size() > 1);
            refused.get(0).addSuppressed(refused.get(1)); // it would throw for the same object
            assertEquals(0, refused.get(0).getStackTrace().length);
            assertSame(refused.get(0).getMessage(), refused.get(1).getMessage());
        }
    }

    @Test
    void whatIsHeldBackForTheNextMessageRefusesNothingThatTheNetworkWouldTake() {
        Burst endpoint = new Burst();
        Settings settings = SMALL.over(Settings.builder()
                .set(Setting.FLUSH_DELAY, Duration.ofMinutes(10)) // nobody else flushes
                .build());
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            session.read(SessionHarness.text("first"), SessionHarness.text("second"));
            SessionHarness.await("each is told", () -> endpoint.told.get() == 2 * Burst.SENDS);
            assertEquals(0, endpoint.refused.get());
            assertEquals(2 * Burst.SENDS, session.received().size());
        }
    }

    /** Answers with many messages. */
    @ServerEndpoint("/test")
    public static class Burst {
        static final int SENDS = 100;
        final AtomicInteger told = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();

        @OnMessage
        public void message(String text, Session session) {
            for (int i = 0; i < SENDS; i++) {
                session.getAsyncRemote().sendText(text, result -> {
                    if (!result.isOK()) {
                        refused.incrementAndGet();
                    }
                    told.incrementAndGet();
                });
            }
        }
    }

    /** Sends until it is refused with an exception. Its handlers wait, except on the thread of its callback. */
    @ServerEndpoint("/test")
    public static class Flood {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        volatile Throwable failure = new AssertionError("nothing was thrown");

        @OnMessage
        public void onText(String message, Session session) {
            Thread callbackThread = Thread.currentThread();
            try {
                for (int i = 0; i < 5_000; i++) {
                    session.getAsyncRemote().sendText(message, result -> {
                        refused.incrementAndGet();
                        if (Thread.currentThread() == callbackThread) {
                            return; // an event loop, which must not wait
                        }
                        try {
                            release.await(30, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                    sent.incrementAndGet();
                }
            } catch (IllegalStateException e) {
                failure = e;
            }
        }
    }
}
