package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Many sessions with tight bounds, over transports whose writes end inline or later on other threads, while foreign
 * threads send and the buffer pool is poisoned all the time: everything arrives once and in order, every send ends
 * once, and nothing stands still.
 */
class StressTest {
    private static final int SESSIONS = 4;
    private static final int MESSAGES = 250;
    private static final int FOREIGN = 60;

    @Test
    void nothingIsLostRepeatedOrMixedUp() throws Exception {
        for (long seed = 1; seed <= 2; seed++) {
            run(seed, Dispatch.WORKER);
            run(seed, Dispatch.EVENT_LOOP);
        }
    }

    private static void run(long seed, Dispatch dispatch) throws Exception {
        Settings settings = Settings.builder()
                .set(Setting.INBOUND_MESSAGES, 5)
                .set(Setting.OUTBOUND_BYTES, 3000)
                .set(Setting.OUTBOUND_MESSAGES, 40)
                .set(Setting.DISPATCH, dispatch)
                .build();
        ScheduledExecutorService network = Executors.newScheduledThreadPool(3);
        ExecutorService foreign = Executors.newCachedThreadPool();
        AtomicBoolean done = new AtomicBoolean();
        try (SessionHarness container = new SessionHarness(new Echo(), settings)) {
            foreign.execute(() -> poison(container.runtime.resources().writeBuffers(), done));
            foreign.execute(() -> poison(container.runtime.resources().readBuffers(), done));
            List<Peer> peers = new ArrayList<>();
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                Peer peer = new Peer(container, settings, network, new Random(seed * 100 + i));
                peers.add(peer);
                senders.add(foreign.submit(peer::talk));
                senders.add(foreign.submit(peer::sendBasic));
                senders.add(foreign.submit(peer::sendAsync));
            }
            for (Future<?> sender : senders) {
                sender.get(30, TimeUnit.SECONDS);
            }
            for (Peer peer : peers) {
                peer.check(seed + " " + dispatch);
            }
        } finally {
            done.set(true);
            network.shutdownNow();
            foreign.shutdownNow();
        }
    }

    /** Overwrites whatever lies in the pool: nothing there may be in use. */
    private static void poison(BufferPool pool, AtomicBoolean done) {
        while (!done.get()) {
            List<ByteBuffer> taken = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ByteBuffer buffer = pool.borrowForWriting();
                Arrays.fill(buffer.array(), (byte) 0xAB);
                taken.add(buffer);
            }
            taken.forEach(pool::giveBack);
            LockSupport.parkNanos(100_000);
        }
    }

    /** The other end of one session, and the threads of its application. */
    private static final class Peer {
        private final Echo endpoint = new Echo();
        private final FakeTransport transport = new FakeTransport();
        private final ScheduledExecutorService network;
        private final WebSocketConnection connection;
        private final Random random;
        private final AtomicInteger ends = new AtomicInteger();
        private final AtomicInteger delivered = new AtomicInteger();

        Peer(SessionHarness container, Settings settings, ScheduledExecutorService network, Random random) {
            this.network = network;
            this.random = random;
            this.connection = container.accepted(endpoint, settings);
            Random delays = new Random(random.nextLong());
            transport.writesEndOn(end -> endWrite(end, delays));
            transport.onDemand(this::tellReadable);
            connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
        }

        /** Inline, or later on a thread of the network. */
        private void endWrite(Runnable end, Random delays) {
            if (delays.nextInt(3) > 0) {
                end.run();
            } else {
                network.schedule(end, delays.nextInt(300), TimeUnit.MICROSECONDS);
            }
        }

        private void tellReadable() {
            if (transport.takeReadable()) {
                network.execute(connection.transportListener()::onReadable);
            }
        }

        private void arriveInTwoParts(byte[] bytes, int cut) {
            transport.arrive(Arrays.copyOf(bytes, cut));
            tellReadable();
            transport.arrive(Arrays.copyOfRange(bytes, cut, bytes.length));
            tellReadable();
        }

        /** Sends numbered messages, several in a chunk, cut anywhere; and then a close frame. */
        @Nullable Void talk() {
            for (int i = 0; i < MESSAGES; ) {
                ByteArrayOutputStream chunk = new ByteArrayOutputStream();
                for (int j = random.nextInt(20); j >= 0 && i < MESSAGES; j--) {
                    chunk.writeBytes(SessionHarness.text("m" + i++ + "x".repeat(random.nextInt(200))));
                }
                arriveInTwoParts(chunk.toByteArray(), random.nextInt(chunk.size()));
            }
            return null;
        }

        @Nullable Void sendBasic() throws IOException {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            for (int i = 0; i < FOREIGN; i++) {
                byte[] zeros = new byte[i % 7 == 0 ? 9000 + i : 200 + i];
                SessionHarness.sessionOf(connection).getBasicRemote().sendBinary(ByteBuffer.wrap(zeros));
                Arrays.fill(zeros, (byte) 0xAB); // it has been handed to the network
            }
            return null;
        }

        @Nullable Void sendAsync() {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            for (int i = 0; i < FOREIGN; i++) {
                SessionHarness.sessionOf(connection).getAsyncRemote().sendText("async", this::ended);
            }
            return null;
        }

        private void ended(SendResult result) {
            ends.incrementAndGet();
            if (result.isOK()) {
                delivered.incrementAndGet();
            }
        }

        void check(String seed) {
            SessionHarness.await(
                    "messages, seed " + seed + ": " + endpoint.seen, () -> endpoint.seen.get() == MESSAGES);
            SessionHarness.await("sends, seed " + seed, () -> ends.get() == FOREIGN);
            arriveInTwoParts(SessionHarness.close(1000, "bye"), 1);
            SessionHarness.await(
                    "onClose, seed " + seed,
                    () -> !SessionHarness.sessionOf(connection).isOpen());
            SessionHarness.await("closed, seed " + seed, () -> transport.isClosed() && endpoint.closes.get() > 0);
            assertEquals(1, endpoint.closes.get(), seed);
            assertEquals(FOREIGN, ends.get(), seed);
            assertFalse(endpoint.overlapped.get(), seed);
            byte[] wire = transport.written();
            int poisoned = 0;
            for (byte octet : wire) { // one may be part of a length, three are not
                poisoned = octet == (byte) 0xAB ? poisoned + 1 : 0;
                assertTrue(poisoned < 3, "a buffer was given back while it was written, seed " + seed);
            }
            List<String> lines = SessionHarness.received(wire);
            int next = 0;
            for (String line : lines) {
                if (line.startsWith("text:m")) {
                    assertTrue(line.startsWith("text:m" + next++), seed + ": " + line + " is not " + next);
                }
            }
            assertEquals(MESSAGES, next, seed);
            int basic = (int)
                    lines.stream().filter(line -> line.startsWith("binary:")).count();
            assertEquals(FOREIGN, basic, seed);
            int async = (int)
                    lines.stream().filter(line -> line.equals("text:async")).count();
            assertEquals(delivered.get(), async, seed);
            assertEquals("close:1000 bye", lines.get(lines.size() - 1), seed);
        }
    }

    /** Returns each message, and notices when two callbacks run at once. */
    @ServerEndpoint("/test")
    public static class Echo {
        final AtomicInteger seen = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();
        final AtomicBoolean overlapped = new AtomicBoolean();
        final AtomicInteger inside = new AtomicInteger();
        volatile @Nullable Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public String onText(String message) {
            if (inside.incrementAndGet() != 1) {
                overlapped.set(true);
            }
            seen.incrementAndGet();
            inside.decrementAndGet();
            return message;
        }

        @OnClose
        public void onClose() {
            closes.incrementAndGet();
        }
    }
}
