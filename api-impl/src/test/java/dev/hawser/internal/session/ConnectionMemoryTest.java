package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.HawserSession;
import dev.hawser.MemoryCounts;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.observe.RecordingObserver;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a session holds for its peer counts, and does not once it has gone; and what it gives up if all hold too much.
 */
class ConnectionMemoryTest {
    private static final int SIZE = 60_000;

    /** Holds its callbacks until they may go on. */
    @ServerEndpoint("/slow")
    public static class Slow {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch mayReturn = new CountDownLatch(1);
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @OnMessage
        public void onMessage(byte[] message) throws InterruptedException {
            entered.countDown();
            mayReturn.await(60, TimeUnit.SECONDS);
            told.add("message");
        }

        @OnClose
        public void onClose(Session session, CloseReason reason) {
            told.add("close " + reason.getCloseCode().getCode() + " " + ((HawserSession) session).getCloseCause());
        }
    }

    /** Reads its stream when it may. */
    @ServerEndpoint("/stream")
    public static class Streaming {
        final CountDownLatch mayReturn = new CountDownLatch(1);

        @OnMessage
        public void onMessage(InputStream message) throws InterruptedException, IOException {
            mayReturn.await(60, TimeUnit.SECONDS);
            message.readAllBytes();
        }
    }

    /** What a session holds, and how it comes to hold it. */
    enum Kind {
        WAITING_INPUT(3 * SIZE) {
            @Override
            void begin(Held held) {
                held.read(SessionHarness.binary(new byte[SIZE]));
                SessionHarness.await("it is in its callback", () -> held.slow.entered.getCount() == 0);
                for (int i = 0; i < 3; i++) {
                    held.read(SessionHarness.binary(new byte[SIZE]));
                }
            }
        },
        UNFINISHED_MESSAGE(SIZE) {
            @Override
            void begin(Held held) {
                held.read(SessionHarness.frame(Opcode.BINARY, false, new byte[SIZE]));
            }
        },
        UNFINISHED_COMPRESSED_MESSAGE(40 * 1024) {
            @Override
            void begin(Held held) {
                byte[] frame = SessionHarness.frame(Opcode.BINARY, false, new byte[] {0});
                frame[0] |= 0x40;
                held.read(frame);
            }
        },
        STREAM(SIZE) {
            @Override
            void begin(Held held) {
                held.openStream();
                held.read(SessionHarness.frame(Opcode.BINARY, false, new byte[SIZE]));
            }
        },
        OUTPUT(3 * SIZE) {
            @Override
            void begin(Held held) {
                held.transport.holdWrites();
                for (int i = 0; i < 3; i++) {
                    held.session().getAsyncRemote().sendBinary(ByteBuffer.wrap(noise(SIZE)));
                }
            }
        },
        LITTLE_OUTPUT_IN_A_POOLED_BUFFER(16 * 1024) {
            @Override
            void begin(Held held) {
                held.transport.holdWrites();
                held.session().getAsyncRemote().sendText("little");
            }
        };

        final int least;

        Kind(int least) {
            this.least = least;
        }

        abstract void begin(Held held);
    }

    /** Does not compress. */
    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(1).nextBytes(noise);
        return noise;
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
                held.connection.cut("of a test", CloseCause.STOPPED);
                held.mayReturn();
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
            MemoryAccount own = new MemoryAccount("dev.hawser.test." + UUID.randomUUID(), System::nanoTime);
            harness = new SessionHarness(slow, settings, System::nanoTime, own, extensions);
            transport = harness.transport;
            connection = harness.connection;
        }

        void openStream() {
            connection.cut("not this one", CloseCause.STOPPED);
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

        MemoryCounts counts() {
            return harness.runtime.resources().memory().counts();
        }

        void awaitHeld(String what, long least, long most) {
            SessionHarness.await(what, () -> counts().heldBytes() >= least && counts().heldBytes() <= most);
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

    private static Settings budget(long bytes) {
        return Settings.builder().set(Setting.MEMORY_BUDGET, bytes).build();
    }

    private static NegotiatedExtension deflate() {
        DeflatePolicy policy = new DeflatePolicy(1, 0, true, true, 15);
        PerMessageDeflate offered = new PerMessageDeflate(policy, new DeflateCodecs());
        return offered.accept(offered.offers());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itCountsAndDoesNotOnceTheSessionHasGone(Kind kind) {
        for (End end : End.values()) {
            try (Held held = new Held(Settings.defaults(), deflate())) {
                kind.begin(held);
                held.awaitHeld(kind + " counts", kind.least, 2L * kind.least + 32 * 1024);
                end.run(held);
                held.awaitHeld(kind + " does not count after " + end, 0, 0);
            }
        }
    }

    @Test
    void whatIsTakenUpDoesNotCountAnyMore() {
        try (Held held = new Held(Settings.defaults())) {
            Kind.WAITING_INPUT.begin(held);
            held.awaitHeld("it waits", 3L * SIZE, Long.MAX_VALUE);
            held.mayReturn();
            held.awaitHeld("callbacks have caught up", 0, 0);
            Kind.OUTPUT.begin(held);
            held.awaitHeld("it waits", 3L * SIZE, Long.MAX_VALUE);
            held.transport.releaseWrite();
            held.awaitHeld("all is written", 0, 0);
            Kind.UNFINISHED_MESSAGE.begin(held);
            held.awaitHeld("it has begun", SIZE, Long.MAX_VALUE);
            held.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[0]));
            held.awaitHeld("the message is handled", 0, 0);
        }
    }

    @Test
    void compressionHistoriesCount() throws IOException {
        try (Held held = new Held(Settings.defaults(), deflate())) {
            held.session().getBasicRemote().sendBinary(ByteBuffer.wrap(noise(20_000)));
            held.awaitHeld("the history of what was sent", 20_000, 256 * 1024);
        }
    }

    @Test
    void aPayloadThatManySessionsShareCountsOnceOnceItMatters() throws IOException {
        try (Held held = new Held(budget(1_000_000))) {
            SharedMessage shared = new SharedMessage(Opcode.BINARY, new byte[200_000]);
            for (int i = 0; i < 10; i++) {
                FakeTransport transport = new FakeTransport();
                WebSocketConnection connection = held.harness.connect(new Slow(), Settings.defaults(), transport);
                transport.holdWrites();
                assertTrue(connection.outbound().offer(shared) > 0);
                connection.outbound().flush();
            }
            held.awaitHeld("the payload once, and a pooled buffer each", 200_000, 500_000);
            assertEquals(0, held.counts().pausedReadings());
        }
    }

    /** A peer that has begun a message and waits is told 1013 after a second; a bystander is served. */
    @Test
    void unfinishedMessagesAreGivenUpWith1013AndABystanderIsServed() throws Exception {
        try (Held held = new Held(budget(40_000))) {
            FakeTransport other = new FakeTransport();
            RecordingEndpoint bystander = new RecordingEndpoint();
            WebSocketConnection second = held.harness.connect(bystander, Settings.defaults(), other);
            Kind.UNFINISHED_MESSAGE.begin(held);
            assertEquals("close 1013 SHORT_OF_MEMORY", held.slow.told.poll(30, TimeUnit.SECONDS));
            List<String> received = SessionHarness.received(held.transport);
            assertEquals(List.of("close:1013 there is too little memory for what this connection holds"), received);
            held.awaitHeld("the memory is free, though the peer does not answer", 0, 40_000);
            other.arrive(SessionHarness.text("still here"));
            second.transportListener().onReadable();
            SessionHarness.await("the bystander is served", () -> bystander.calls.contains("text:still here"));
            assertFalse(bystander.ended());
            assertEquals(1, held.counts().closedSessions());
        }
    }

    @Test
    void thatTheBudgetIsReachedIsToldOnceEachTime() throws Exception {
        try (Held held = new Held(budget(40_000))) {
            RecordingObserver told = new RecordingObserver();
            held.harness.runtime.observers().add(told);
            Kind.UNFINISHED_MESSAGE.begin(held);
            assertEquals("close 1013 SHORT_OF_MEMORY", held.slow.told.poll(30, TimeUnit.SECONDS));
            held.awaitHeld("the memory is free", 0, 40_000);
            assertEquals(List.of("budget 40000 reached"), told.of("budget"));
            assertEquals(1, held.counts().timesReached());
        }
    }

    @Test
    void aStreamThatDoesNotEndIsGivenUpToo() {
        try (Held held = new Held(budget(40_000))) {
            Kind.STREAM.begin(held);
            SessionHarness.await("it is closed", () -> held.connection.closeCause() == CloseCause.SHORT_OF_MEMORY);
            held.mayReturn();
            held.awaitHeld("the handler gets what has come, and then an exception", 0, 0);
        }
    }

    @Test
    void aPeerThatDoesNotReadIsCutAndOnCloseGets1013() throws Exception {
        try (Held held = new Held(budget(100_000))) {
            Kind.OUTPUT.begin(held);
            assertEquals("close 1013 SHORT_OF_MEMORY", held.slow.told.poll(30, TimeUnit.SECONDS));
            assertTrue(held.transport.isClosed());
            held.awaitHeld("the memory is free", 0, 0);
        }
    }

    @Test
    void messagesThatWaitForCallbacksAreDroppedInTheEnd() throws Exception {
        Settings settings = Settings.builder()
                .set(Setting.MEMORY_BUDGET, 100_000L)
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(500)) // the peer does not answer
                .build();
        try (Held held = new Held(settings)) {
            Kind.WAITING_INPUT.begin(held);
            SessionHarness.await("it is closed", () -> held.connection.closeCause() == CloseCause.SHORT_OF_MEMORY);
            held.mayReturn();
            assertEquals("message", held.slow.told.poll(30, TimeUnit.SECONDS)); // it was in its callback
            assertEquals("close 1013 SHORT_OF_MEMORY", held.slow.told.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void readingPausesAndGoesOnOnceThereIsMemory() {
        try (Held held = new Held(budget(100_000))) {
            Kind.WAITING_INPUT.begin(held);
            SessionHarness.await("it pauses", () -> held.counts().pausedReadings() > 0);
            held.transport.takeDemand();
            held.transport.arrive(SessionHarness.binary(new byte[10]));
            held.connection.transportListener().onReadable();
            assertTrue(held.connection.isReadingPaused());
            assertFalse(held.transport.isDemanded());
            held.mayReturn();
            SessionHarness.await("it goes on", held.transport::isDemanded);
            SessionHarness.await("nothing was lost", () -> {
                if (held.transport.takeReadable()) {
                    held.connection.transportListener().onReadable();
                }
                return held.slow.told.size() == 5;
            });
        }
    }

    @Test
    void withoutABudgetNothingIsLookedAt() {
        try (Held held = new Held(budget(0))) {
            Kind.UNFINISHED_MESSAGE.begin(held);
            assertEquals(new MemoryCounts(0, 0, 0, 0, 0, 0, 0), held.counts());
            assertFalse(held.harness.runtime.resources().memory().refusesHandshake());
        }
    }
}
