package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.PendingSend;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The Future of an asynchronous send says when the message was sent, and nobody but the session can say so. */
class SendFutureTest {
    private final Sender endpoint = new Sender();

    @Test
    void nobodyButTheSessionCanCompleteIt() {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            Future<Void> send = endpoint.session.getAsyncRemote().sendText("waits");
            assertFalse(send instanceof CompletionStage<?>, "callbacks of the application would run on an event loop");
            assertFalse(send instanceof PendingSend.Completion, "it could be cast, and told that it has ended");
            assertFalse(send.cancel(true), "a message on its way cannot be called back");
            assertFalse(send.isCancelled());
            assertFalse(send.isDone());
        }
    }

    @Test
    void itIsDoneOnceItsMessageIsHandedToTheNetwork() throws Exception {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            Future<Void> send = endpoint.session.getAsyncRemote().sendText("hello");
            assertThrows(TimeoutException.class, () -> send.get(1, TimeUnit.MILLISECONDS));
            assertThrows(TimeoutException.class, () -> send.get(0, TimeUnit.MILLISECONDS));
            CountDownLatch waiting = new CountDownLatch(1);
            List<String> got = new CopyOnWriteArrayList<>();
            Thread waiter = new Thread(() -> {
                waiting.countDown();
                try {
                    send.get();
                    got.add("sent");
                } catch (InterruptedException | ExecutionException e) {
                    got.add(e.toString());
                }
            });
            waiter.start();
            assertTrue(waiting.await(30, TimeUnit.SECONDS));
            SessionHarness.await("it waits", () -> waiter.getState() == Thread.State.WAITING);
            session.transport.releaseWrite();
            waiter.join(30_000);
            assertEquals(List.of("sent"), got);
            assertTrue(send.isDone());
            assertEquals(null, send.get(0, TimeUnit.SECONDS));
        }
    }

    @Test
    void itFailsWithWhatMadeTheSendFail() {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            Future<Void> send = endpoint.session.getAsyncRemote().sendText("lost");
            session.connection.cut("the test says so", CloseCause.STOPPED);
            ExecutionException failed = assertThrows(ExecutionException.class, () -> send.get(30, TimeUnit.SECONDS));
            assertInstanceOf(IOException.class, failed.getCause());
            assertTrue(failed.getMessage().contains("the test says so"), failed.getMessage());
            assertTrue(send.isDone());
            assertThrows(ExecutionException.class, send::get);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndNotTheSend() throws Exception {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            Future<Void> send = endpoint.session.getAsyncRemote().sendText("hello");
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, send::get);
            assertFalse(Thread.interrupted());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> send.get(30, TimeUnit.SECONDS));
            session.transport.releaseWrite();
            send.get(30, TimeUnit.SECONDS);
            assertEquals(List.of("text:hello"), session.received());
        }
    }

    /**
     * A send of a callback is held back while more messages wait: who waits for it must not wait for the end of the
     * turn.
     */
    @Test
    void waitingForItInACallbackSendsWhatIsHeldBack() {
        try (SessionHarness session = open()) {
            session.read(SessionHarness.text("get"), SessionHarness.text("get"), SessionHarness.text("get"));
            SessionHarness.await("callbacks", () -> endpoint.sent.size() == 3);
            assertEquals(List.of("sent", "sent", "sent"), endpoint.sent);
        }
    }

    private SessionHarness open() {
        SessionHarness session = new SessionHarness(endpoint);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }

    /** Sends for each text a message, and waits for it. */
    @ServerEndpoint("/test")
    public static class Sender {
        final List<String> sent = new CopyOnWriteArrayList<>();
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public void onText(String message) throws Exception {
            session.getAsyncRemote().sendText(message).get(30, TimeUnit.SECONDS);
            sent.add("sent");
        }
    }
}
