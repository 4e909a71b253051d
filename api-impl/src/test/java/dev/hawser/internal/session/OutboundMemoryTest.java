package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.transport.FakeTransport;
import dev.hawser.internal.transport.OutboundQueue;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits to be sent is bounded in the memory that it really holds, and not in the payload that it carries. */
class OutboundMemoryTest {
    private static final int BOUND = 16 * 1024 * 1024;

    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    /**
     * 8,193 bytes are written from where they lie, and their header took a whole buffer of 16 KiB. Of 5,500 bytes two
     * fit into such a buffer.
     */
    @ParameterizedTest
    @ValueSource(ints = {40, 500, 5_500, 8_192, 8_193, 9_000, 20_000, 200_000})
    void aFullQueueHoldsItsBoundWithinATenth(int size) {
        assertHeldWhenFull(size, i -> new byte[size]);
    }

    /** A small message behind each big one used to begin a buffer of its own. */
    @Test
    void smallAndBigMessagesInTurnHoldNoMore() {
        assertHeldWhenFull(0, i -> new byte[i % 2 == 0 ? 20 : 9_000]);
    }

    private void assertHeldWhenFull(int size, IntFunction<byte[]> payloads) {
        Settings settings = Settings.builder()
                .set(Setting.OUTBOUND_BYTES, BOUND)
                .set(Setting.OUTBOUND_MESSAGES, 1 << 30)
                .build();
        try (SessionHarness session = open(settings)) {
            SendHandler handler = result -> {};
            RemoteEndpoint.Async remote = endpoint.session.getAsyncRemote();
            remote.sendBinary(ByteBuffer.allocate(1)); // so that everything is loaded
            session.transport.holdWrites();
            long before = usedHeap();
            OutboundQueue queue = session.connection.outbound();
            int accepted = -1;
            for (int i = 0; queue.progress().bufferedMessages() > accepted; i++) { // until one is refused
                accepted = queue.progress().bufferedMessages();
                remote.sendBinary(ByteBuffer.wrap(payloads.apply(i)), handler);
                if (i % 64 == 0) {
                    queue.flush();
                }
            }
            assertFalse(endpoint.ended(), "the connection was cut");
            long held = usedHeap() - before;
            assertTrue(
                    held < BOUND * 1.1, () -> held + " bytes are held with messages of " + size + ", bound " + BOUND);
            assertTrue(
                    held > BOUND * 0.9, () -> held + " bytes are held with messages of " + size + ", bound " + BOUND);
            assertTrue(session.connection.outbound().progress().bufferedBytes() > 0);
        }
    }

    /**
     * The sizes of the messages above end where a sender does; here writes end, too, so that buffers are begun and
     * written half full.
     */
    @Test
    void aQueueWhoseWritesEndOneByOneHoldsNoMore() {
        Settings settings =
                patient(BOUND).set(Setting.OUTBOUND_MESSAGES, 1 << 30).build();
        try (SessionHarness session = open(settings)) {
            RemoteEndpoint.Async remote = endpoint.session.getAsyncRemote();
            session.transport.holdWrites();
            long before = usedHeap();
            for (int round = 0; round < 200; round++) {
                for (int i = 0; i < 100; i++) {
                    remote.sendBinary(ByteBuffer.wrap(new byte[5_000]), result -> {});
                }
                session.transport.endWrite();
            }
            long written = session.transport.written().length;
            long held = usedHeap() - before - 2 * written; // what the peer has got is kept, in a buffer that doubles
            assertTrue(held < BOUND * 1.1, () -> held + " bytes are held, bound " + BOUND);
        }
    }

    @Test
    void aPayloadThatManySessionsShareCountsInFullInEach() {
        Settings settings =
                Settings.builder().set(Setting.OUTBOUND_BYTES, 100_000).build();
        try (SessionHarness session = open(settings)) {
            RecordingEndpoint other = new RecordingEndpoint();
            FakeTransport otherTransport = new FakeTransport();
            session.connect(other, settings, otherTransport);
            session.transport.holdWrites();
            otherTransport.holdWrites();
            String shared = "x".repeat(30_000);
            for (RecordingEndpoint each : new RecordingEndpoint[] {endpoint, other}) {
                for (int i = 0; i < 3; i++) {
                    Future<Void> sent = each.session.getAsyncRemote().sendText(shared);
                    assertFalse(sent.isDone(), "message " + i);
                }
                Future<Void> tooMuch = each.session.getAsyncRemote().sendText(shared);
                assertThrows(ExecutionException.class, () -> tooMuch.get(30, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void theExceptionNamesTheBoundThatWasHit() {
        Settings few = Settings.builder().set(Setting.OUTBOUND_MESSAGES, 3).build();
        try (SessionHarness session = open(few)) {
            session.transport.holdWrites();
            RemoteEndpoint.Async remote = endpoint.session.getAsyncRemote();
            for (int i = 0; i < 3; i++) {
                remote.sendText("few");
            }
            ExecutionException full = assertThrows(
                    ExecutionException.class, () -> remote.sendText("one more").get(30, TimeUnit.SECONDS));
            assertTrue(full.getMessage().contains(Setting.OUTBOUND_MESSAGES.key()), full.getMessage());
            assertFalse(full.getMessage().contains(Setting.OUTBOUND_BYTES.key()), full.getMessage());
        }
    }

    @Test
    void aHundredThreadsWithAHundredSmallSendsEachLoseNoneWhileThePeerPauses() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            int threads = 100;
            int each = 100;
            CountDownLatch called = new CountDownLatch(threads);
            CountDownLatch told = new CountDownLatch(threads * each);
            AtomicInteger sent = new AtomicInteger();
            for (int t = 0; t < threads; t++) {
                int number = t;
                session.executor.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        endpoint.session.getAsyncRemote().sendText("message " + number + " " + i, result -> {
                            if (result.isOK()) {
                                sent.incrementAndGet();
                            }
                            told.countDown();
                        });
                    }
                    called.countDown();
                });
            }
            assertTrue(called.await(30, TimeUnit.SECONDS));
            session.transport.releaseWrite();
            assertTrue(told.await(30, TimeUnit.SECONDS));
            assertEquals(threads * each, sent.get());
            assertEquals(threads * each, session.received().size());
        }
    }

    /** No deadline cuts the connection while a slow machine fills the queue. */
    private static Settings.Builder patient(int bound) {
        return Settings.builder()
                .set(Setting.OUTBOUND_BYTES, bound)
                .set(Setting.SEND_TIMEOUT, Duration.ofHours(1))
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ZERO);
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private SessionHarness open(Settings settings) {
        SessionHarness session = new SessionHarness(endpoint, settings);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }
}
