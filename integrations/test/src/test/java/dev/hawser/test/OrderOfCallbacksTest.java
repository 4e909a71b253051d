package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks run one after the other, and always in the same order. */
class OrderOfCallbacksTest {
    private static final int PEERS = 6;
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
    private static final Set<String> THREADS = new HashSet<>();
    private static final AtomicInteger INSIDE = new AtomicInteger();
    private static final AtomicInteger MOST_INSIDE = new AtomicInteger();
    private static final Semaphore BEGUN = new Semaphore(0);
    private static final Semaphore GO = new Semaphore(0);

    /** Sends each message to all, and notes each callback. It has a list of its members, since a set has no order. */
    @ServerEndpoint("/room/{name}")
    public static class Room {
        static final List<Session> MEMBERS = new CopyOnWriteArrayList<>();

        @OnOpen
        public void open(Session session, @PathParam("name") String name) {
            note(name + " open", () -> {
                session.getUserProperties().put("name", name);
                MEMBERS.add(session);
            });
        }

        @OnMessage
        public void said(String text, @PathParam("name") String name) {
            note(name + " " + text, () -> {
                for (Session member : MEMBERS) {
                    Object to = member.getUserProperties().get("name");
                    member.getAsyncRemote().sendText(text, result -> note("sent to " + to, () -> {}));
                }
            });
        }

        @OnClose
        public void close(Session session, @PathParam("name") String name) {
            note(name + " close", () -> MEMBERS.remove(session));
        }

        private static void note(String what, Runnable work) {
            MOST_INSIDE.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
            synchronized (THREADS) {
                THREADS.add(Thread.currentThread().getName());
            }
            work.run();
            SEEN.add(what);
            INSIDE.decrementAndGet();
        }
    }

    /** Waits for the test, or for the rest of a message. */
    @ServerEndpoint("/waiting")
    public static class Waiting {
        @OnMessage
        public String wait(Reader message) throws IOException, InterruptedException {
            StringBuilder text = new StringBuilder();
            for (int next = message.read(); next >= 0; next = message.read()) {
                text.append((char) next);
            }
            if (text.toString().equals("wait")) {
                BEGUN.release();
                assertTrue(GO.tryAcquire(30, TimeUnit.SECONDS));
            }
            return text + ".";
        }
    }

    @BeforeEach
    void begin() {
        Room.MEMBERS.clear();
        SEEN.clear();
        synchronized (THREADS) {
            THREADS.clear();
        }
        INSIDE.set(0);
        MOST_INSIDE.set(0);
        BEGUN.drainPermits();
        GO.drainPermits();
    }

    private static List<TestPeer> joined(EndpointTester tester) {
        List<TestPeer> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(tester.connect("/room/" + i));
        }
        return peers;
    }

    /** Returns everything that the endpoint has seen, without having waited for any of it. */
    private static List<String> play() {
        SEEN.clear();
        try (EndpointTester tester = EndpointTester.of(Room.class)) {
            List<TestPeer> peers = joined(tester);
            for (int i = 0; i < 20; i++) {
                peers.get(i % PEERS).sendText("text " + i);
            }
            peers.get(1).vanish();
            peers.get(2).close(1000);
            peers.get(3).sendUnmasked("wrong");
            peers.get(4).sendText("after");
            return List.copyOf(SEEN);
        }
    }

    @Test
    void whatIsDueHasRunWhenThePeersCallReturns() {
        try (EndpointTester tester = EndpointTester.of(Room.class)) {
            TestPeer peer = tester.connect("/room/0");
            assertEquals(List.of("0 open"), List.copyOf(SEEN));
            peer.sendText("hi");
            assertEquals(List.of("0 open", "0 hi", "sent to 0"), List.copyOf(SEEN));
            peer.close(1000);
            assertEquals(List.of("0 open", "0 hi", "sent to 0", "0 close"), List.copyOf(SEEN));
        }
    }

    @Test
    void allRunsDoTheSame() {
        List<String> first = play();
        assertEquals(PEERS + 20 + 20 * PEERS + 3 + 1 + (PEERS - 3), first.size(), first::toString);
        for (int i = 0; i < 10; i++) {
            assertEquals(first, play());
        }
    }

    @Test
    void oneCallbackOrSendHandlerRunsAtATimeOnOneThread() {
        play();
        assertEquals(1, MOST_INSIDE.get());
        synchronized (THREADS) {
            assertEquals(1, THREADS.size(), THREADS::toString);
        }
    }

    @Test
    void aCallbackThatWaitsForTheTestDoesNotStopTheOthers() throws InterruptedException {
        try (EndpointTester tester = EndpointTester.of(Waiting.class)) {
            TestPeer waiting = tester.connect("/waiting");
            TestPeer other = tester.connect("/waiting");
            waiting.sendText("wait");
            assertTrue(BEGUN.tryAcquire(30, TimeUnit.SECONDS));
            other.sendText("hi");
            other.expectText("hi.");
            GO.release();
            waiting.expectText("wait.");
        }
    }

    @Test
    void severalCallbacksMayWaitAtATime() throws InterruptedException {
        try (EndpointTester tester = EndpointTester.of(Waiting.class)) {
            List<TestPeer> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(tester.connect("/waiting"));
                waiting.get(i).sendText("wait");
            }
            assertTrue(BEGUN.tryAcquire(3, 30, TimeUnit.SECONDS));
            GO.release(3);
            waiting.forEach(peer -> peer.expectText("wait."));
        }
    }

    @Test
    void aCallbackThatReadsAMessageGetsTheFragmentsThatComeMeanwhile() {
        try (EndpointTester tester = EndpointTester.of(Waiting.class)) {
            TestPeer peer = tester.connect("/waiting");
            peer.sendFrame(Opcode.TEXT, false, "h".getBytes(StandardCharsets.UTF_8));
            peer.sendFrame(Opcode.CONTINUATION, true, "i".getBytes(StandardCharsets.UTF_8));
            peer.expectText("hi.");
        }
    }

    @Test
    void aCallbackMayUseThePeersItself() {
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        TestPeer[] other = new TestPeer[1];
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Calling.class, () -> new Calling(() -> other[0].sendText("from a callback")))
                .endpoint(Waiting.class)
                .start();
        try (tester) {
            other[0] = tester.connect("/waiting");
            tester.connect("/calling").sendText("go");
            answers.add(other[0].expectText());
        }
        assertEquals(List.of("from a callback."), List.copyOf(answers));
    }

    /** Does what the test wants. */
    @ServerEndpoint("/calling")
    public static class Calling {
        private final Runnable work;

        /** As a server makes it. */
        public Calling() {
            this(() -> {});
        }

        Calling(Runnable work) {
            this.work = work;
        }

        @OnMessage
        public void call(String message) {
            work.run();
        }
    }

    /** Takes a millisecond for each message. */
    @ServerEndpoint("/slow/{name}")
    public static class Slow {
        @OnMessage
        public void take(String text, @PathParam("name") String name) {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < 1_000_000) {
                Thread.onSpinWait();
            }
            SEEN.add(name + " " + text);
        }
    }

    @Test
    void theOrderDoesNotDependOnHowLongCallbacksTake() {
        TestPeer[] slow = new TestPeer[2];
        Runnable sendsAllAtOnce = () -> {
            for (int i = 0; i < 40; i++) {
                slow[0].sendText("text " + i);
            }
            slow[1].sendText("text");
        };
        EndpointTester tester = EndpointTester.builder()
                .endpoint(Calling.class, () -> new Calling(sendsAllAtOnce))
                .endpoint(Slow.class)
                .start();
        try (tester) {
            slow[0] = tester.connect("/slow/0");
            slow[1] = tester.connect("/slow/1");
            tester.connect("/calling").sendText("go");
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                expected.add("0 text " + i);
            }
            expected.add("1 text");
            assertEquals(expected, List.copyOf(SEEN));
        }
    }

    /** Sends each text to the sessions of both names, with a pause between them, and notes when that was done. */
    @ServerEndpoint("/both/{name}")
    public static class Both {
        private static final Map<String, Session> BY_NAME = new ConcurrentHashMap<>();
        private static volatile long pauseNanos;

        @OnOpen
        public void open(Session session, @PathParam("name") String name) {
            BY_NAME.put(name, session);
        }

        @OnMessage
        public String pass(String text) {
            for (String name : List.of("1", "2")) {
                Session session = Objects.requireNonNull(BY_NAME.get(name));
                session.getAsyncRemote().sendText(text, result -> SEEN.add(text + " to " + name));
                long begun = System.nanoTime();
                while (System.nanoTime() - begun < pauseNanos) {
                    Thread.onSpinWait();
                }
            }
            return "done";
        }
    }

    /** In production a send may wait for the next callback of its turn, but only for a moment. */
    @Test
    void norDoesTheOrderOfSends() {
        List<String> ofFast = orderOfSends(0);
        assertEquals(4, ofFast.size(), ofFast::toString);
        assertEquals(ofFast, orderOfSends(TimeUnit.MILLISECONDS.toNanos(30)));
    }

    private static List<String> orderOfSends(long pauseNanos) {
        Both.pauseNanos = pauseNanos;
        SEEN.clear();
        try (EndpointTester tester = EndpointTester.of(Both.class)) {
            TestPeer one = tester.connect("/both/1");
            tester.connect("/both/2");
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(TestFrame.text(Role.CLIENT, "a"));
            frames.writeBytes(TestFrame.text(Role.CLIENT, "b"));
            one.sendRaw(frames.toByteArray());
            for (String text : List.of("a", "done", "b", "done")) {
                one.expectText(text);
            }
            return List.copyOf(SEEN);
        }
    }

    /** Computes until two are inside at a time. */
    @ServerEndpoint("/meeting")
    public static class Meeting {
        @OnMessage
        public String meet(String message) {
            long begun = System.nanoTime();
            INSIDE.incrementAndGet();
            while (INSIDE.get() < 2 && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30)) {
                Thread.onSpinWait();
            }
            return "met " + INSIDE.get();
        }
    }

    @Test
    void realThreadsRunCallbacksAtTheSameTime() {
        EndpointTester real = EndpointTester.builder()
                .endpoint(Meeting.class)
                .deadline(Duration.ofSeconds(60))
                .realThreads()
                .start();
        try (EndpointTester tester = real) {
            TestPeer one = tester.connect("/meeting");
            TestPeer two = tester.connect("/meeting");
            one.sendText("go");
            two.sendText("go");
            one.expectText("met 2");
            two.expectText("met 2");
        }
    }
}
