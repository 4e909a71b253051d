package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The budget holds between two looks of the timer, too: here it never looks by itself, since its clock stands still.
 * The server could fill the heap by itself in that time, by what it sends, and so could its peers.
 */
class MemoryGuardTest {
    /** Much more than a buffer for each session, which counts whole where the peer does not read. */
    private static final int BUDGET = 4 << 20;

    private static final int SESSIONS = 64;
    private static final int SHARE = BUDGET / SESSIONS;
    private static final int MESSAGE = 9_000;
    private static final int MESSAGES = 100;
    /**
     * An eighth above the budget sends are refused above the share, with one message more; and another eighth is for
     * what is told while the timer looks, which is seen with the next step.
     */
    private static final int MOST = BUDGET + BUDGET / 4 + SESSIONS * (SHARE + MESSAGE);

    /** Counts what it gets, once it may. */
    @ServerEndpoint("/guarded")
    public static class Slow {
        final CountDownLatch mayReturn = new CountDownLatch(1);
        final AtomicInteger messages = new AtomicInteger();
        final AtomicInteger shortOfMemory = new AtomicInteger();

        @OnMessage
        public void onMessage(byte[] message) throws InterruptedException {
            mayReturn.await(60, TimeUnit.SECONDS);
            messages.incrementAndGet();
        }

        @OnClose
        public void onClose(Session session, CloseReason reason) {
            if (((HawserSession) session).getCloseCause() == CloseCause.SHORT_OF_MEMORY) {
                assertEquals(CloseReason.CloseCodes.TRY_AGAIN_LATER, reason.getCloseCode());
                shortOfMemory.incrementAndGet();
            }
        }
    }

    /** Many sessions of one container. Their peers read when they are told to. */
    private static final class Crowd implements AutoCloseable {
        final Slow endpoint = new Slow();
        final Settings settings;
        final List<Throwable> refused = new CopyOnWriteArrayList<>();
        final Set<Session> refusing = ConcurrentHashMap.newKeySet();
        final AtomicLong clock = new AtomicLong();
        final SessionHarness harness;
        final List<FakeTransport> wires = new ArrayList<>();
        final List<WebSocketConnection> connections = new ArrayList<>();

        Crowd(boolean closeOnOverflow) {
            settings = Settings.defaults()
                    .over(Settings.builder()
                            .set(Setting.MEMORY_BUDGET, (long) BUDGET)
                            .set(Setting.CLOSE_ON_OUTBOUND_OVERFLOW, closeOnOverflow)
                            .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(1))
                            .build());
            harness = new SessionHarness(
                    endpoint,
                    settings,
                    clock::get,
                    new MemoryAccount("hawser.test." + UUID.randomUUID(), System::nanoTime));
            wires.add(harness.transport);
            connections.add(harness.connection);
            while (connections.size() < SESSIONS) {
                FakeTransport wire = new FakeTransport();
                wires.add(wire);
                connections.add(harness.connect(endpoint, settings, wire));
            }
        }

        Session session(int index) {
            return SessionHarness.sessionOf(connections.get(index));
        }

        void send(int index, byte[] payload) {
            send(session(index), payload);
        }

        void send(Session session, byte[] payload) {
            session.getAsyncRemote().sendBinary(ByteBuffer.wrap(payload), result -> {
                if (!result.isOK()) {
                    refused.add(result.getException());
                    refusing.add(session);
                }
            });
        }

        /** Lets a peer send, and returns how much of that is not read. */
        long receive(int index, byte[] message) {
            FakeTransport wire = wires.get(index);
            wire.arrive(message);
            readOn(index);
            return wire.unread();
        }

        void readOn(int index) {
            while (wires.get(index).takeReadable()) {
                connections.get(index).transportListener().onReadable();
            }
        }

        long waitingOutput() {
            return IntStream.range(0, SESSIONS).mapToLong(this::waitingOutput).sum();
        }

        long waitingOutput(int index) {
            return connections.get(index).outbound().progress().heldBytes();
        }

        long waitingMessages() {
            return connections.stream()
                    .mapToLong(connection -> connection.outbound().progress().bufferedMessages())
                    .sum();
        }

        @Override
        public void close() {
            endpoint.mayReturn.countDown();
            harness.close();
        }
    }

    @Test
    void aServerThatSendsToPeersThatDoNotReadStopsWhereEachHasItsShare() {
        try (Crowd crowd = new Crowd(false)) {
            crowd.wires.forEach(FakeTransport::holdWrites);
            int sent = 0;
            for (int i = 0; i < SESSIONS; i++) {
                for (int message = 0; message < MESSAGES; message++, sent++) {
                    crowd.send(i, new byte[MESSAGE]);
                    assertTrue(crowd.waitingOutput() < MOST, () -> crowd.waitingOutput() + " bytes wait");
                }
                assertTrue(crowd.waitingOutput(i) > SHARE / 2, "session " + i + " gets its share");
            }
            long refused = sent - crowd.waitingMessages();
            SessionHarness.await("each refused send is told", () -> crowd.refused.size() == refused);
            assertTrue(
                    crowd.refused.stream().allMatch(why -> why.getMessage().contains("memoryBudget")),
                    () -> crowd.refused.get(0).toString());
            assertTrue(crowd.session(1).isOpen());
        }
    }

    @Test
    void whereASendThatIsRefusedClosesTheSessionItClosesForLackOfMemory() {
        try (Crowd crowd = new Crowd(true)) {
            crowd.wires.forEach(FakeTransport::holdWrites);
            for (int i = 1; i < SESSIONS; i++) {
                Session session = crowd.session(i);
                try {
                    for (int message = 0; message < MESSAGES; message++) {
                        crowd.send(session, new byte[MESSAGE]);
                    }
                } catch (IllegalStateException e) {
                    // it has closed
                }
            }
            SessionHarness.await("those whose sends were refused end with 1013", () -> {
                crowd.clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1)); // none of the peers answers
                int refusing = crowd.refusing.size();
                return refusing > 0 && crowd.endpoint.shortOfMemory.get() >= refusing;
            });
            assertTrue(crowd.session(0).isOpen(), "a session that holds nothing is left alone");
        }
    }

    @Test
    void anArrayThatAllHoldCountsOnceSoThatABroadcastIsNotRefused() {
        try (Crowd crowd = new Crowd(false)) {
            crowd.wires.forEach(FakeTransport::holdWrites);
            byte[] shared = new byte[128 * 1024];
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < SESSIONS; i++) {
                    crowd.send(i, shared);
                }
            }
            assertEquals(3 * SESSIONS, crowd.waitingMessages());
        }
    }

    @Test
    void peersThatSendMuchAreReadUntilEachHasItsShareAndFurtherOnceMemoryIsThere() {
        try (Crowd crowd = new Crowd(false)) {
            byte[] message = SessionHarness.binary(new byte[MESSAGE]);
            long read = 0;
            for (int i = 0; i < SESSIONS; i++) {
                long unread = 0;
                for (int count = 0; count < MESSAGES; count++) {
                    unread = crowd.receive(i, message);
                }
                long ofThis = (long) MESSAGES * message.length - unread;
                assertTrue(ofThis > SHARE / 2, "session " + i + " gets its share");
                read += ofThis;
                assertTrue(read < MOST, read + " bytes are held");
            }
            assertTrue(crowd.harness.runtime.resources().memory().counts().pausedReadings() > 0);
            long whole = read / message.length - SESSIONS;
            crowd.endpoint.mayReturn.countDown();
            SessionHarness.await("no look has seen that memory was short", () -> crowd.endpoint.messages.get() > whole);
            SessionHarness.await("all is read, and nobody was closed", () -> {
                crowd.clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
                IntStream.range(0, SESSIONS).forEach(crowd::readOn);
                return crowd.endpoint.messages.get() == SESSIONS * MESSAGES;
            });
        }
    }
}
