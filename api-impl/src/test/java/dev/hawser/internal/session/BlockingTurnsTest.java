package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What may block has a bounded number of threads of its own, and what does not come gives way there to what is there.
 */
class BlockingTurnsTest {
    private static final int THREADS = 2;

    private static final Settings FEW =
            Settings.builder().set(Setting.MAX_BLOCKING_THREADS, THREADS).build();

    private record Peer(FakeTransport transport, WebSocketConnection connection) {
        static Peer of(SessionHarness session, Object endpoint) {
            FakeTransport transport = new FakeTransport();
            return new Peer(transport, session.connect(endpoint, FEW, transport));
        }

        void sends(byte[] frame) {
            transport.arrive(frame);
            connection.transportListener().onReadable();
        }

        boolean received(String line) {
            return SessionHarness.received(transport).stream().anyMatch(each -> each.startsWith(line));
        }
    }

    @Test
    void streamsThatDoNotComeHoldABoundedNumberOfThreadsAndGiveWayToOneThatIsThere() {
        Streamer endpoint = new Streamer();
        try (SessionHarness session = new SessionHarness(endpoint, FEW)) {
            List<Peer> slow = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Peer peer = Peer.of(session, endpoint);
                peer.sends(SessionHarness.frame(Opcode.BINARY, false, new byte[1]));
                slow.add(peer);
            }
            SessionHarness.await("as many begin as there are threads", () -> endpoint.begun.get() == THREADS);
            for (int i = 1; i <= 3; i++) {
                session.read(SessionHarness.binary(new byte[20_000]));
                int count = i;
                SessionHarness.await(
                        "whole, it is read", () -> session.received().size() == count);
            }
            assertEquals(List.of("text:20000", "text:20000", "text:20000"), session.received());
            SessionHarness.await(
                    "a slow one is told why", () -> slow.stream().anyMatch(peer -> peer.received("close:1008")));
            long closed = slow.stream().filter(peer -> peer.received("close:")).count();
            assertTrue(closed + 3 <= endpoint.begun.get(), "none that waits behind them is closed");
            assertTrue(endpoint.threads.size() <= THREADS, endpoint.threads::toString);
            for (String name : endpoint.threads) {
                assertTrue(name.startsWith("test-blocking-"), name);
            }
        }
    }

    @Test
    void aStreamWhosePeerSendsFastEnoughDoesNotGiveWay() throws Exception {
        Streamer endpoint = new Streamer();
        Settings one = Settings.builder().set(Setting.MAX_BLOCKING_THREADS, 1).build();
        try (SessionHarness session = new SessionHarness(endpoint, one)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[100_000]));
            SessionHarness.await("it reads", () -> endpoint.begun.get() == 1);
            Peer waits = Peer.of(session, endpoint);
            waits.sends(SessionHarness.binary(new byte[10]));
            CountDownLatch never = new CountDownLatch(1);
            assertFalse(never.await(2, TimeUnit.SECONDS)); // longer than a peer may rest
            assertEquals(List.of(), session.received());
            assertFalse(waits.received("text:"));
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[1]));
            SessionHarness.await("both are read", () -> waits.received("text:10"));
            assertEquals(List.of("text:100001"), session.received());
        }
    }

    /** As {@code minMessageRate} says, which is 0 for live streams. */
    @Test
    void aStreamGivesWayBelowTheRateOfItsEndpoint() throws Exception {
        Streamer endpoint = new Streamer();
        Settings one = Settings.builder().set(Setting.MAX_BLOCKING_THREADS, 1).build();
        Settings live =
                Settings.builder().set(Setting.MIN_MESSAGE_RATE, 0).build().over(one);
        Settings strict = Settings.builder()
                .set(Setting.MIN_MESSAGE_RATE, 1 << 20)
                .build()
                .over(one);
        try (SessionHarness session = new SessionHarness(endpoint, live)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[1]));
            SessionHarness.await("the live one is read", () -> endpoint.begun.get() == 1);
            FakeTransport waits = new FakeTransport();
            WebSocketConnection other = session.connect(endpoint, strict, waits);
            waits.arrive(SessionHarness.frame(Opcode.BINARY, false, new byte[100_000]));
            other.transportListener().onReadable();
            Peer whole = Peer.of(session, endpoint);
            whole.sends(SessionHarness.binary(new byte[10]));
            assertFalse(new CountDownLatch(1).await(2, TimeUnit.SECONDS)); // longer than a peer may rest
            assertEquals(List.of(), session.received(), "a live stream gives way to none");
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[1]));
            SessionHarness.await("the live one ends", () -> session.received().contains("text:2"));
            SessionHarness.await("the last is read", () -> whole.received("text:10"));
            FakeTransport further = new FakeTransport();
            WebSocketConnection last = session.connect(endpoint, strict, further);
            SessionHarness.await("the strict one is read", () -> endpoint.begun.get() == 3);
            further.arrive(SessionHarness.binary(new byte[10]));
            last.transportListener().onReadable();
            SessionHarness.await(
                    "it is read", () -> SessionHarness.received(further).contains("text:10"));
            assertTrue(SessionHarness.received(waits).get(0).startsWith("close:1008"), "too slow for its endpoint");
        }
    }

    @Test
    void aThreadThatRestsIsUsedBeforeANewOne() {
        Streamer endpoint = new Streamer();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            for (int i = 1; i <= 20; i++) {
                session.read(SessionHarness.binary(new byte[i]));
                int count = i;
                SessionHarness.await("read", () -> session.received().size() == count);
            }
            assertTrue(endpoint.threads.size() <= 2, endpoint.threads::toString); // the turn may end after its reply
        }
    }

    /** Answers with the length of a stream. */
    @ServerEndpoint("/test")
    public static class Streamer {
        final AtomicInteger begun = new AtomicInteger();
        final Set<String> threads = ConcurrentHashMap.newKeySet();

        @OnMessage
        public String onBinary(InputStream message) throws IOException {
            begun.incrementAndGet();
            threads.add(Thread.currentThread().getName());
            return Integer.toString(message.readAllBytes().length);
        }
    }
}
