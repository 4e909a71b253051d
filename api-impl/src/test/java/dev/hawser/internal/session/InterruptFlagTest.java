package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Code of the application leaves the interrupt flag of its thread as it was, whatever it does to it: the thread serves
 * others next.
 */
class InterruptFlagTest {
    /** One thread for all, and none that looks slow on a busy machine. */
    private static final Settings ONE_THREAD = Settings.builder()
            .set(Setting.MAX_WORKERS, 1)
            .set(Setting.SLOW_CALLBACK, SessionHarness.SOON)
            .build();

    @ParameterizedTest
    @EnumSource
    void aFlagThatACallbackLeavesIsNotSeenByTheNextOne(Dispatch dispatch) {
        assumeTrue(dispatch.isSupported(), "virtual threads are Java 21");
        Settings settings =
                Settings.builder().set(Setting.DISPATCH, dispatch).build().over(ONE_THREAD);
        Interrupting first = new Interrupting();
        Interrupting second = new Interrupting();
        try (SessionHarness session = new SessionHarness(first, settings)) {
            FakeTransport other = new FakeTransport();
            WebSocketConnection connection = session.connect(second, settings, other);
            session.read(SessionHarness.text("a"), SessionHarness.text("b"));
            SessionHarness.await("all three", () -> first.flags.size() == 3);
            other.arrive(SessionHarness.text("c"), SessionHarness.text("throw"), SessionHarness.close(1000, ""));
            for (int chunk = 0; chunk < 3; chunk++) {
                connection.transportListener().onReadable();
            }
            SessionHarness.await("onClose", () -> second.flags.size() == 4);
            assertEquals(List.of(false, false, false), first.flags);
            assertEquals(List.of(false, false, false, false), second.flags);
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void aFlagThatASendHandlerLeavesIsNotSeenByTheNextOneNorByACallback() {
        Settings settings = ONE_THREAD.over(Settings.defaults());
        Interrupting endpoint = new Interrupting();
        List<Boolean> handlers = new CopyOnWriteArrayList<>();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            for (int i = 1; i <= 3; i++) {
                int count = i;
                endpoint.session.getAsyncRemote().sendText("hello", result -> {
                    handlers.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                });
                SessionHarness.await("told", () -> handlers.size() == count);
            }
            session.read(SessionHarness.text("a"));
            SessionHarness.await("onMessage", () -> endpoint.flags.size() == 2);
            assertEquals(List.of(false, false, false), handlers);
            assertEquals(List.of(false, false), endpoint.flags);
        }
    }

    @Test
    void aFlagThatAnEventLoopHadBeforeItsCallbackItHasAfterwards() {
        Settings settings = Settings.builder()
                .set(Setting.DISPATCH, Dispatch.EVENT_LOOP)
                .build()
                .over(ONE_THREAD);
        Clearing endpoint = new Clearing();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            Thread.currentThread().interrupt(); // as a container does that stops
            session.read(SessionHarness.text("clear"), SessionHarness.text("clear"));
            assertTrue(Thread.interrupted());
            assertEquals(List.of(true, true), endpoint.flags);
        }
    }

    @Test
    void aStopInterruptsACallbackThatHasJustTakenBackTheFlag() {
        Settings settings = ONE_THREAD.over(Settings.defaults());
        Stubborn endpoint = new Stubborn();
        SessionHarness session = new SessionHarness(endpoint, settings);
        session.read(SessionHarness.text("wait"), SessionHarness.text("wait"));
        SessionHarness.await("it waits", () -> endpoint.thread != null);
        session.runtime.close(Duration.ofMillis(50));
        Thread thread = endpoint.thread;
        SessionHarness.await("its thread ends, though each of its callbacks waits", () -> !thread.isAlive());
        session.close();
    }

    /** Leaves the flag set in all it is called with. */
    @ServerEndpoint("/test")
    public static class Interrupting {
        final List<Boolean> flags = new CopyOnWriteArrayList<>();
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
            interrupt();
        }

        @OnMessage
        public void onText(String message) {
            if (message.equals("throw")) {
                throw new IllegalArgumentException(message);
            }
            interrupt();
        }

        @OnError
        public void onError(Throwable error) {
            interrupt();
        }

        @OnClose
        public void onClose() {
            interrupt();
        }

        private void interrupt() {
            flags.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the flag away. */
    @ServerEndpoint("/test")
    public static class Clearing {
        final List<Boolean> flags = new CopyOnWriteArrayList<>();

        @OnMessage
        public void onText(String message) {
            flags.add(Thread.interrupted());
        }
    }

    /** Waits for ever in each callback, and obeys an interrupt as one is taught. */
    @ServerEndpoint("/test")
    public static class Stubborn {
        volatile Thread thread;

        @OnMessage
        public void onText(String message) {
            thread = Thread.currentThread();
            waitForEver();
        }

        @OnClose
        public void onClose() {
            waitForEver();
        }

        private static void waitForEver() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
