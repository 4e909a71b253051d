package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An extension of the application that blocks, which it must not, holds up its own session, and no other: neither their
 * deadlines nor their callbacks.
 */
class BlockingExtensionTest {
    private static final int SIZE = 60_000;

    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final List<SessionHarness> harnesses = new ArrayList<>();
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    /** Blocks until the test ends, at an octet {@code *} if it receives and at a {@code #} if it sends. */
    private void pass(byte octet, char where) {
        if (octet == where) {
            entered.countDown();
            boolean interrupted = false;
            while (mayReturn.getCount() > 0) {
                try {
                    mayReturn.await();
                } catch (InterruptedException e) {
                    interrupted = true; // the container stops its threads, and this one is deaf
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Sending implements OutboundExtension {
        @Override
        public int rsv() {
            return InboundExtension.RSV1;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            for (int i = 0; i < length; i++) {
                pass(payload[offset + i], '#');
            }
            return new Encoded(0, payload, offset, length);
        }

        @Override
        public void close() {}
    }

    private final class Receiving implements InboundExtension {
        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return true;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            while (encoded.hasRemaining() && decoded.hasRemaining()) {
                byte octet = encoded.get();
                pass(octet, '*');
                decoded.put(octet);
            }
            return !encoded.hasRemaining();
        }

        @Override
        public void close() {}
    }

    /** Blocks in its callback. */
    @ServerEndpoint("/blocks")
    public static class Blocks {
        private final CountDownLatch mayReturn;
        private final AtomicInteger called;

        Blocks(CountDownLatch mayReturn, AtomicInteger called) {
            this.mayReturn = mayReturn;
            this.called = called;
        }

        @OnMessage
        public void onMessage(String message) throws InterruptedException {
            called.incrementAndGet();
            mayReturn.await();
        }
    }

    @AfterEach
    void letGo() throws InterruptedException {
        mayReturn.countDown();
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        for (SessionHarness harness : harnesses) {
            harness.close();
        }
    }

    private SessionHarness open(Settings.Builder settings) {
        MemoryAccount own = new MemoryAccount("dev.hawser.test." + UUID.randomUUID(), System::nanoTime);
        SessionHarness made = new SessionHarness(
                endpoint,
                settings.build(),
                System::nanoTime,
                own,
                new NegotiatedExtension(new ExtensionOffer("x-test", List.of()), Receiving::new, Sending::new));
        harnesses.add(made);
        return made;
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work, "of the test");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void awaitBlocked() throws InterruptedException {
        assertTrue(entered.await(30, TimeUnit.SECONDS), "the extension is called");
    }

    /** The beginning of a message. */
    private static byte[] unfinished(int size) {
        return SessionHarness.frame(Opcode.TEXT, false, new byte[size]);
    }

    /** Waits until a thread of the container waits in this method for the extension. */
    private static void awaitWaiting(String method) {
        SessionHarness.await("a thread waits in " + method, () -> isWaiting(method));
    }

    private static boolean isWaiting(String method) {
        return Thread.getAllStackTraces().entrySet().stream().anyMatch(entry -> {
            Thread thread = entry.getKey();
            boolean waits = thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
            boolean ofContainer = thread.getName().startsWith("test-");
            return waits
                    && ofContainer
                    && List.of(entry.getValue()).stream()
                            .anyMatch(frame -> (frame.getClassName() + "." + frame.getMethodName()).endsWith(method));
        });
    }

    /** Another session of the container, whose idle timeout passes. */
    private static void assertDeadlinesFire(SessionHarness harness) {
        FakeTransport transport = new FakeTransport();
        Settings idle = Settings.builder()
                .set(Setting.IDLE_TIMEOUT, Duration.ofMillis(50))
                .build();
        WebSocketConnection other = harness.connect(new RecordingEndpoint(), idle, transport);
        SessionHarness.await(
                "it is closed", () -> SessionHarness.received(transport).equals(List.of("close:1001 idle for 50 ms")));
        assertEquals(CloseCause.IDLE, other.closeCause());
    }

    @Test
    void anUnfinishedMessageIsGivenUpWithoutTheTimerWaiting() throws InterruptedException {
        SessionHarness harness = open(Settings.builder().set(Setting.MEMORY_BUDGET, 300_000L));
        byte[] more = SessionHarness.frame(Opcode.CONTINUATION, false, new byte[] {'*'});
        read(harness.connection, unfinished(SIZE), more);
        awaitBlocked();
        for (int i = 0; i < 10; i++) { // so many that the share of each is less than the message
            harness.connect(new RecordingEndpoint(), Settings.defaults(), new FakeTransport());
        }
        WebSocketConnection waiting =
                harness.connect(new Blocks(mayReturn, new AtomicInteger()), Settings.defaults(), new FakeTransport());
        byte[][] messages = new byte[50][]; // the first one is in its callback
        Arrays.fill(messages, SessionHarness.text("x".repeat(5000)));
        read(waiting, messages); // now all hold too much, by no more than what the message holds
        awaitWaiting("InboundParser.giveUpMessage");
        assertDeadlinesFire(harness);
        assertEquals(0, harness.runtime.resources().memory().counts().closedSessions());
        mayReturn.countDown();
        SessionHarness.await("it is given up", () -> harness.connection.closeCause() == CloseCause.SHORT_OF_MEMORY);
        SessionHarness.await(
                "and counted once",
                () -> harness.runtime.resources().memory().counts().closedSessions() == 1);
        SessionHarness.await(
                "its memory is free",
                () -> harness.runtime.resources().memory().counts().heldBytes() < 262_500);
        assertNull(waiting.closeCause());
    }

    @Test
    void aHolderOfOutputIsClosedWithoutTheTimerWaiting() throws InterruptedException {
        // A tenth too much: the second send is still accepted.
        SessionHarness harness = open(Settings.builder().set(Setting.MEMORY_BUDGET, 55_000L));
        harness.transport.holdWrites();
        SessionHarness.await("open", () -> endpoint.session != null);
        endpoint.session.getAsyncRemote().sendBinary(ByteBuffer.wrap(new byte[SIZE]));
        start(() -> endpoint.session.getAsyncRemote().sendText("#"));
        awaitBlocked();
        awaitWaiting("OutboundControl.appendClose");
        assertDeadlinesFire(harness);
        SessionHarness.await("it is cut, although it cannot be closed", harness.transport::isClosed);
        assertDeadlinesFire(harness);
    }

    @Test
    void theTimeOfAClosingHandshakeEndsWithoutTheTimerWaiting() throws InterruptedException {
        SessionHarness harness = open(Settings.builder().set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(50)));
        read(harness.connection, SessionHarness.text("*"));
        awaitBlocked();
        harness.connection.closeByUs(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, ""));
        SessionHarness.await("it is cut", harness.transport::isClosed);
        awaitWaiting("InboundParser.end");
        assertDeadlinesFire(harness);
    }

    @Test
    void theDeadlinesOfASessionWhoseSendingHalfBlocksHoldUpNoOther() throws InterruptedException {
        SessionHarness harness = open(Settings.builder().set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofMillis(20)));
        SessionHarness.await("open", () -> endpoint.session != null);
        start(() -> endpoint.session.getAsyncRemote().sendText("#"));
        awaitBlocked();
        awaitWaiting("OutboundQueue.untilDeadline");
        assertDeadlinesFire(harness);
        mayReturn.countDown();
        SessionHarness.await("its own go on", () -> harness.received().contains("ping:8"));
    }

    @Test
    void aBatchIsFlushedWithoutTheTimerWaiting() throws InterruptedException, IOException {
        SessionHarness harness = open(Settings.builder().set(Setting.FLUSH_DELAY, Duration.ofSeconds(2)));
        SessionHarness.await("open", () -> endpoint.session != null);
        endpoint.session.getAsyncRemote().setBatchingAllowed(true);
        endpoint.session.getBasicRemote().sendText("first");
        start(() -> endpoint.session.getAsyncRemote().sendText("#"));
        awaitBlocked();
        assertTrue(harness.received().isEmpty(), "the batch waits");
        awaitWaiting("OutboundQueue.flush");
        assertDeadlinesFire(harness);
        mayReturn.countDown();
        SessionHarness.await("it is flushed", () -> harness.received().contains("text:first"));
    }

    /** A reply is held back for the end of the turn, while the next one blocks. */
    @Test
    void repliesThatAreHeldBackAreFlushedWithoutTheMonitorWaiting() throws InterruptedException {
        AtomicInteger called = new AtomicInteger();
        SessionHarness harness = open(Settings.builder());
        WebSocketConnection replies = harness.connect(new Replies(), Settings.defaults(), new FakeTransport());
        read(replies, SessionHarness.text("first"), SessionHarness.text("#"));
        awaitBlocked();
        int blocked = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 1; i <= blocked; i++) {
            int so = i;
            WebSocketConnection made =
                    harness.connect(new Blocks(mayReturn, called), Settings.defaults(), new FakeTransport());
            read(made, SessionHarness.text("blocks"));
            SessionHarness.await("callbacks are called though others block", () -> called.get() == so);
        }
    }

    /** Returns what it gets. */
    @ServerEndpoint("/replies")
    public static class Replies {
        @OnMessage
        public String onMessage(String message, Session session) {
            return message;
        }
    }

    /** An event loop of its own reads what arrives, whenever the connection asks for it. */
    private void read(WebSocketConnection connection, byte[]... frames) {
        FakeTransport over = (FakeTransport) connection.transport();
        for (byte[] frame : frames) {
            over.arrive(frame);
        }
        start(() -> {
            while (mayReturn.getCount() > 0) {
                if (over.takeReadable()) {
                    connection.transportListener().onReadable();
                }
                LockSupport.parkNanos(500_000);
            }
        });
    }
}
