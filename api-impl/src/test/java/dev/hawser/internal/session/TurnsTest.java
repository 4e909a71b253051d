package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the reading thread and the turn of a session must not do to each other. */
class TurnsTest {
    @Test
    void aReplyIsNotHeldBackByACallbackWhoseMessageCameWhileItWasMade() {
        Gated endpoint = new Gated();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("first"));
            SessionHarness.await("the first callback runs", () -> endpoint.running.get() == 1);
            session.read(SessionHarness.text("second"));
            long until = System.nanoTime() + Duration.ofMillis(60).toNanos();
            SessionHarness.await("the monitor has nothing to watch", () -> System.nanoTime() - until > 0);
            endpoint.first.countDown();
            SessionHarness.await("the second callback runs", () -> endpoint.running.get() == 2);
            SessionHarness.await("the first reply", () -> session.received().contains("text:first"));
            endpoint.second.countDown();
            SessionHarness.await("the second reply", () -> session.received().contains("text:second"));
        }
    }

    @Test
    void noReadingIsDemandedBeforeTheOneBeforeHasEnded() {
        Counter endpoint = new Counter();
        Settings settings = Settings.builder().set(Setting.INBOUND_MESSAGES, 10).build();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            int count = 2048; // 8 bytes each
            int parsed = 11; // one more than may wait
            byte[][] frames = new byte[count][];
            frames[0] = SessionHarness.frame(Opcode.PING, true, new byte[2]);
            for (int i = 1; i < count; i++) {
                frames[i] = SessionHarness.text("ab");
            }
            AtomicBoolean demandedTooEarly = new AtomicBoolean();
            AtomicBoolean reading = new AtomicBoolean(true);
            session.transport.onDemand(() -> demandedTooEarly.compareAndSet(false, reading.get()));
            // The reading ends with the pong: while that is written, the callbacks catch up.
            session.transport.beforeWrite(() -> {
                endpoint.mayGo.countDown();
                if (reading.get()) {
                    SessionHarness.await("callbacks", () -> endpoint.messages.get() == parsed);
                    reading.set(false);
                }
            });
            session.read(frames);
            SessionHarness.await("reading goes on", session.transport::isDemanded);
            assertFalse(demandedTooEarly.get());
            SessionHarness.await("all callbacks", () -> endpoint.messages.get() == count - 1);
            assertEquals(count - 1, endpoint.messages.get());
        }
    }

    @Test
    void aCallbackMayWaitForTheHandlersOfItsOwnSends() {
        Settings settings = Settings.builder()
                .set(Setting.DISPATCH, Dispatch.EVENT_LOOP) // so that no worker is awake
                .build();
        Waiting endpoint = new Waiting();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            for (int i = 1; i <= 3; i++) {
                session.read(SessionHarness.text("send and wait"));
                assertEquals(i, endpoint.told.get());
            }
        }
    }

    /** Waits in its callback until it is told how its send ended. */
    @ServerEndpoint("/test")
    public static class Waiting {
        final AtomicInteger told = new AtomicInteger();

        @OnMessage
        public void onText(String message, Session session) throws InterruptedException {
            CountDownLatch ended = new CountDownLatch(1);
            session.getAsyncRemote().sendText(message, result -> ended.countDown());
            if (ended.await(30, TimeUnit.SECONDS)) {
                told.incrementAndGet();
            }
        }
    }

    /** Answers each message when it may. */
    @ServerEndpoint("/test")
    public static class Gated {
        final AtomicInteger running = new AtomicInteger();
        final CountDownLatch first = new CountDownLatch(1);
        final CountDownLatch second = new CountDownLatch(1);

        @OnMessage
        public String onText(String message) throws InterruptedException {
            running.incrementAndGet();
            (message.equals("first") ? first : second).await(30, TimeUnit.SECONDS);
            return message;
        }
    }

    /** Counts messages, without an answer. */
    @ServerEndpoint("/test")
    public static class Counter {
        final AtomicInteger messages = new AtomicInteger();
        final CountDownLatch mayGo = new CountDownLatch(1);

        /** Reading begins when this has returned; otherwise its event could count among those that wait. */
        @OnOpen
        public void onOpen() {}

        @OnMessage
        public void onText(String message) throws InterruptedException {
            mayGo.await(30, TimeUnit.SECONDS);
            messages.incrementAndGet();
        }
    }
}
