package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A SendHandler that throws runs beside the session's callbacks; the endpoint is told like of any other error: in turn,
 * and before onClose.
 */
class SendHandlerErrorTest {
    private final Slow endpoint = new Slow();

    @Test
    void onErrorDoesNotOverlapACallbackThatRuns() throws Exception {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("wait"));
            SessionHarness.await("the callback runs", () -> endpoint.calls.contains("message"));
            CountDownLatch thrown = new CountDownLatch(1);
            endpoint.session.getAsyncRemote().sendText("out", result -> {
                thrown.countDown();
                throw new IllegalStateException("of the handler");
            });
            assertTrue(thrown.await(30, TimeUnit.SECONDS));
            awaitHandlersDone(session);
            assertEquals(List.of("message"), endpoint.calls);
            endpoint.release.countDown();
            SessionHarness.await("onError", () -> endpoint.calls.size() == 3);
            assertEquals(List.of("message", "message ends", "error:of the handler"), endpoint.calls);
        }
    }

    @Test
    void afterOnCloseNothingIsCalled() throws Exception {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.transport.holdWrites();
            CountDownLatch mayThrow = new CountDownLatch(1);
            CountDownLatch thrown = new CountDownLatch(1);
            endpoint.session.getAsyncRemote().sendText("out", result -> {
                awaitQuietly(mayThrow);
                thrown.countDown();
                throw new IllegalStateException("of the handler");
            });
            session.connection.cut("gone", CloseCause.STOPPED);
            SessionHarness.await("onClose", () -> endpoint.calls.contains("close:1006"));
            SessionHarness.await("it has ended", () -> !endpoint.session.isOpen());
            mayThrow.countDown();
            assertTrue(thrown.await(30, TimeUnit.SECONDS));
            awaitHandlersDone(session);
            assertEquals(List.of("close:1006"), endpoint.calls);
            assertFalse(endpoint.session.isOpen());
        }
    }

    /**
     * Workers take the turns in their order: another session's handler, called after, tells that those before are done.
     */
    private static void awaitHandlersDone(SessionHarness session) throws Exception {
        Slow other = new Slow();
        session.connect(other, session.runtime.settings(), new FakeTransport());
        for (int i = 0; i < 3; i++) {
            CountDownLatch done = new CountDownLatch(1);
            other.session.getAsyncRemote().sendText("x", result -> done.countDown());
            assertTrue(done.await(30, TimeUnit.SECONDS));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ServerEndpoint("/test")
    public static class Slow {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final CountDownLatch release = new CountDownLatch(1);
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public void onText(String message) {
            calls.add("message");
            awaitQuietly(release);
            calls.add("message ends");
        }

        @OnError
        public void onError(Throwable error) {
            calls.add("error:" + error.getMessage());
        }

        @OnClose
        public void onClose(CloseReason reason) {
            calls.add("close:" + reason.getCloseCode().getCode());
        }
    }
}
