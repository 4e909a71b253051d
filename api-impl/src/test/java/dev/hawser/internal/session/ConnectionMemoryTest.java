package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.MemoryAccount;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each thing that a session holds for its peer is in the account, and nothing is once it has gone; and what is given up above the budget. */
class ConnectionMemoryTest {
    private static final int SIZE = 60_000;

    /** Holds its callbacks until it may go on. */
    @ServerEndpoint("/slow")
    public static class Slow {
        final CountDownLatch mayReturn = new CountDownLatch(1);
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @OnMessage
        public void onMessage(byte[] message) throws InterruptedException {
            mayReturn.await(30, TimeUnit.SECONDS);
            told.add("message");
        }

        @OnClose
        public void onClose(CloseReason reason) {
            told.add("close " + reason.getCloseCode().getCode());
        }
    }

    /** Reads its stream when it may. */
    @ServerEndpoint("/stream")
    public static class Streaming {
        final CountDownLatch mayReturn = new CountDownLatch(1);

        @OnMessage
        public void onMessage(InputStream message) throws InterruptedException, IOException {
            mayReturn.await(30, TimeUnit.SECONDS);
            message.readAllBytes();
        }
    }

    /** What a session holds, and how it comes to hold it. */
    enum Holding {
        NOTHING(0) {
            @Override
            void begin(Held held) {}
        },
        INBOX(3 * SIZE) {
            @Override
            void begin(Held held) {
                held.read(SessionHarness.binary(new byte[SIZE])); // is in its callback, and held by it
                held.read(SessionHarness.binary(new byte[SIZE]));
                held.read(SessionHarness.binary(new byte[SIZE]));
                held.read(SessionHarness.binary(new byte[SIZE]));
            }
        },
        UNFINISHED_MESSAGE(SIZE) {
            @Override
            void begin(Held held) {
                held.read(SessionHarness.frame(Opcode.BINARY, false, new byte[SIZE]));
            }
        },
        PIPE(SIZE) {
            @Override
            void begin(Held held) {
                held.openStream();
                held.read(SessionHarness.frame(Opcode.BINARY, false, new byte[SIZE]));
            }
        },
        OUTBOUND(2 * SIZE) {
            @Override
            void begin(Held held) {
                held.transport.holdWrites();
                for (int i = 0; i < 3; i++) {
                    held.session().getAsyncRemote().sendBinary(ByteBuffer.allocate(SIZE));
                }
            }
        };

        final int least;

        Holding(int least) {
            this.least = least;
        }

        abstract void begin(Held held);
    }

    /** How the session ends. */
    enum End {
        PEER_CLOSES {
            @Override
            void run(Held held) {
                held.mayReturn();
                held.transport.releaseWrite();
                held.read(SessionHarness.close(1000, ""));
                held.transport.end();
                held.connection.transportListener().onReadable();
                held.connection.transportListener().onClosed(null);
            }
        },
        RESET {
            @Override
            void run(Held held) {
                held.connection.transportListener().onClosed(new IOException("reset"));
                held.mayReturn();
            }
        },
        CUT {
            @Override
            void run(Held held) {
                held.connection.cut("of a test");
                held.mayReturn();
            }
        },
        VIOLATION {
            @Override
            void run(Held held) {
                held.mayReturn();
                held.transport.releaseWrite();
                held.read(new byte[] {(byte) 0xff, 0});
                held.connection.transportListener().onClosed(null);
            }
        },
        TRANSPORT_THROWS {
            @Override
            void run(Held held) {
                boolean[] thrown = new boolean[1];
                held.transport.onAbort(() -> {
                    if (!thrown[0]) {
                        thrown[0] = true;
                        throw new OutOfMemoryError("of a test");
                    }
                });
                held.connection.cut("of a test");
                held.mayReturn();
            }
        },
        STOP {
            @Override
            void run(Held held) {
                held.mayReturn();
                held.harness.runtime.registry().all().forEach(session -> session.cut("stop"));
            }
        };

        abstract void run(Held held);
    }

    /** One container and one session in it. */
    private static final class Held implements AutoCloseable {
        final Slow slow = new Slow();
        final Streaming streaming = new Streaming();
        final SessionHarness harness;
        FakeTransport transport;
        WebSocketConnection connection;

        Held(Settings settings, NegotiatedExtension... extensions) {
            harness = new SessionHarness(slow, settings, extensions);
            transport = harness.transport;
            connection = harness.connection;
        }

        void openStream() {
            connection.cut("not this one");
            transport = new FakeTransport();
            connection = harness.connect(streaming, Settings.defaults(), transport);
        }

        void read(byte[] frame) {
            transport.arrive(frame);
            do {
                connection.transportListener().onReadable();
            } while (transport.takeReadable());
        }

        Session session() {
            return SessionHarness.sessionOf(connection);
        }

        MemoryAccount account() {
            return harness.runtime.resources().memory();
        }

        void mayReturn() {
            slow.mayReturn.countDown();
            streaming.mayReturn.countDown();
        }

        @Override
        public void close() {
            mayReturn();
            harness.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Holding.class)
    void isInTheAccountWhateverItIsAndNotOnceTheSessionHasGone(Holding holding) {
        for (End end : End.values()) {
            try (Held held = new Held(Settings.defaults())) {
                assertEquals(0, held.account().held());
                holding.begin(held);
                SessionHarness.await(
                        holding + " is counted", () -> held.account().held() >= holding.least);
                assertTrue(
                        held.account().held() <= 2 * holding.least + 32 * 1024,
                        () -> held.account().held() + " bytes");
                end.run(held);
                SessionHarness.await(
                        holding + " is not counted after " + end,
                        () -> held.account().held() == 0);
                SessionHarness.await(
                        "no session is left",
                        () -> held.harness.runtime.registry().size() == 0);
            }
        }
    }

    @Test
    void theAccountFollowsWhatIsTakenUp() throws Exception {
        try (Held held = new Held(Settings.defaults())) {
            Holding.INBOX.begin(held);
            held.mayReturn();
            SessionHarness.await(
                    "callbacks have caught up", () -> held.account().held() == 0);
            Holding.OUTBOUND.begin(held);
            assertTrue(held.account().held() > 0);
            held.transport.releaseWrite();
            SessionHarness.await("all is written", () -> held.account().held() == 0);
            Holding.UNFINISHED_MESSAGE.begin(held);
            assertTrue(held.account().held() > 0);
            held.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[0]));
            SessionHarness.await("the message is handled", () -> held.account().held() == 0);
        }
    }

    private static Settings budget(long bytes) {
        try (MemoryAccount probe = new MemoryAccount(1)) {
            return Settings.builder()
                    .set(Setting.MEMORY_BUDGET, probe.heldByAll() + bytes)
                    .build();
        }
    }

    /** A peer that has begun a message and waits is told 1013 after a second; a bystander is served. */
    @Test
    void unfinishedMessagesAreGivenUpAboveTheBudgetWith1013() throws Exception {
        try (Held held = new Held(budget(40_000))) {
            FakeTransport other = new FakeTransport();
            RecordingEndpoint bystander = new RecordingEndpoint();
            WebSocketConnection second = held.harness.connect(bystander, Settings.defaults(), other);
            Holding.UNFINISHED_MESSAGE.begin(held);
            assertEquals("close 1013", held.slow.told.poll(30, TimeUnit.SECONDS));
            assertTrue(
                    SessionHarness.received(held.transport).contains("close:1013 the server is short of memory"),
                    () -> SessionHarness.received(held.transport).toString());
            SessionHarness.await("the budget is kept", () -> !held.account().isExceeded());
            other.arrive(SessionHarness.text("still here"));
            second.transportListener().onReadable();
            SessionHarness.await("the bystander is served", () -> bystander.calls.contains("text:still here"));
            assertFalse(bystander.ended());
        }
    }

    @Test
    void aPeerThatDoesNotReadIsCutAboveTheBudgetAndOnCloseGets1013() throws Exception {
        try (Held held = new Held(budget(100_000))) {
            Holding.OUTBOUND.begin(held);
            assertEquals("close 1013", held.slow.told.poll(30, TimeUnit.SECONDS));
            assertTrue(held.transport.isClosed());
            SessionHarness.await("the budget is kept", () -> !held.account().isExceeded());
        }
    }

    @Test
    void readingPausesAboveTheBudgetAndGoesOnBelow() throws Exception {
        try (Held held = new Held(budget(100_000))) {
            Holding.INBOX.begin(held);
            SessionHarness.await("above the budget", held.account()::isExceeded);
            SessionHarness.await("reading pauses", () -> {
                held.read(SessionHarness.binary(new byte[9_000]));
                return held.connection.isReadingPaused();
            });
            held.mayReturn();
            SessionHarness.await("reading goes on", () -> !held.connection.isReadingPaused());
            assertFalse(held.transport.isClosed());
        }
    }
}
