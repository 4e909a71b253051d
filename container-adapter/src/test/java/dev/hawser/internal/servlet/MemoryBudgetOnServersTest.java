package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.HawserContainer;
import dev.hawser.HawserSession;
import dev.hawser.MemoryCounts;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The memory budget with real peers: those that make the server hold too much are closed, and a bystander is served
 * throughout.
 */
class MemoryBudgetOnServersTest {
    private static final String CONTAINERS = "dev.hawser.internal.servlet.TestServer$Container#underTest";
    private static final int BUDGET = 1024 * 1024;
    private static final int ATTACKERS = 40;
    private static final int SIZE = 60_000;

    /** Does not compress. */
    private static final byte[] NOISE = new byte[SIZE];

    static {
        new Random(1).nextBytes(NOISE);
    }

    private static volatile @Nullable HawserContainer container;
    private static volatile CountDownLatch mayReturn = new CountDownLatch(1);
    private static final Queue<CloseCause> CAUSES = new ConcurrentLinkedQueue<>();
    private static final Queue<Session> FED = new ConcurrentLinkedQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnOpen
        public void open(Session session) {
            container = (HawserContainer) session.getContainer();
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnMessage
        public void take(byte[] bytes) {}

        @OnClose
        public void close(Session session) {
            CAUSES.add(((HawserSession) session).getCloseCause());
        }
    }

    /** The test sends on its sessions. */
    @ServerEndpoint("/feed")
    public static class Feed {
        @OnOpen
        public void open(Session session) {
            FED.add(session);
        }

        @OnClose
        public void close(Session session) {
            CAUSES.add(((HawserSession) session).getCloseCause());
        }
    }

    /** Does not return until it may. */
    @ServerEndpoint("/stuck")
    public static class Stuck {
        @OnMessage
        public void take(byte[] bytes) throws InterruptedException {
            mayReturn.await(60, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void forget() {
        CAUSES.clear();
        FED.clear();
        mayReturn = new CountDownLatch(1);
    }

    private static Application application(int budget) {
        return Application.of(Echo.class, Feed.class, Stuck.class)
                .with(Map.of("dev.hawser.memoryBudget", "" + budget, "dev.hawser.compression", "true"));
    }

    private static MemoryCounts counts() {
        HawserContainer known = container;
        if (known == null) {
            throw new AssertionError("no session was opened");
        }
        return known.getMemoryCounts();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what + "; " + counts() + CAUSES);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Waits for a condition, while the bystander is served all the time. */
    private static void await(String what, RawClient bystander, BooleanSupplier condition) {
        await(what, () -> {
            try {
                bystander.assertEchoes("hello");
            } catch (IOException e) {
                throw new AssertionError("the bystander is not served: " + what, e);
            }
            return condition.getAsBoolean();
        });
    }

    /** A message that has begun, as frame and payload: plain, or compressed from as many bytes. */
    private static void beginMessage(RawClient attacker, boolean compressed) throws IOException {
        if (!compressed) {
            attacker.sendFrame(0x02, NOISE);
            return;
        }
        Deflater deflater = new Deflater(1, true);
        deflater.setInput(NOISE);
        byte[] deflated = new byte[2 * SIZE];
        int length = deflater.deflate(deflated, 0, deflated.length, Deflater.SYNC_FLUSH);
        deflater.end();
        attacker.sendFrame(0x42, Arrays.copyOf(deflated, length));
    }

    /** They are closed before the server stops, which would wait for their answers. */
    private record Attackers(List<RawClient> clients) implements AutoCloseable {
        Attackers() {
            this(new ArrayList<>());
        }

        @Override
        public void close() throws IOException {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** Called until enough waits, since the system takes what its buffers hold, which can grow to megabytes. */
    private static void feed(Session session) {
        try {
            for (int i = 0; i < 10; i++) {
                session.getAsyncRemote().sendBinary(ByteBuffer.wrap(NOISE.clone()), result -> {});
            }
        } catch (IllegalStateException e) {
            // it has ended meanwhile, which is what the caller waits for
        }
    }

    private static boolean isTold(RawClient attacker) {
        try {
            return attacker.socket().getInputStream().available() > 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RawClient connect(TestServer server, String path, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        RawClient client = new RawClient(socket);
        client.send(RawClient.handshake(path, "Sec-WebSocket-Extensions: permessage-deflate"));
        client.readHead();
        return client.upgraded();
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void unfinishedMessagesPlainAndCompressedAreGivenUpAndABystanderIsServed(Container on) throws Exception {
        try (TestServer server = on.start(application(BUDGET));
                Attackers attackers = new Attackers();
                RawClient bystander = connect(server, "/echo", 0)) {
            for (int i = 0; i < ATTACKERS; i++) {
                attackers.clients.add(connect(server, "/echo", 0));
            }
            bystander.assertEchoes("before");
            for (int i = 0; i < ATTACKERS; i++) {
                beginMessage(attackers.clients.get(i), i % 2 == 0);
            }
            await("some are closed", bystander, () -> counts().closedSessions() > 0);
            await("the budget is kept", bystander, () -> counts().heldByAllBytes() <= BUDGET);
            await("they are told why", bystander, () -> CAUSES.size() == counts().closedSessions());
            long closed = counts().closedSessions();
            long least = ((long) ATTACKERS * SIZE - BUDGET) / (3L * SIZE);
            assertTrue(closed >= least, counts()::toString);
            assertTrue(CAUSES.stream().allMatch(cause -> cause == CloseCause.SHORT_OF_MEMORY), CAUSES::toString);
            List<RawClient> told = new ArrayList<>();
            await("the peers are told, too", bystander, () -> {
                told.clear();
                attackers.clients.stream()
                        .filter(MemoryBudgetOnServersTest::isTold)
                        .forEach(told::add);
                return told.size() == closed;
            });
            for (RawClient attacker : told) {
                assertEquals(1013, attacker.readCloseCode());
            }
            try (RawClient newcomer = connect(server, "/echo", 0)) {
                newcomer.assertEchoes("hello");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void peersThatDoNotReadAreClosedAndABystanderIsServed(Container on) throws Exception {
        try (TestServer server = on.start(application(BUDGET));
                Attackers attackers = new Attackers();
                RawClient bystander = connect(server, "/echo", 0)) {
            bystander.assertEchoes("before");
            for (int i = 0; i < 4; i++) {
                RawClient attacker = connect(server, "/feed", 4096);
                attackers.clients.add(attacker);
            }
            await("some are closed", bystander, () -> {
                FED.forEach(MemoryBudgetOnServersTest::feed);
                return counts().closedSessions() > 0;
            });
            await("the budget is kept", bystander, () -> counts().heldByAllBytes() <= BUDGET);
            await("they are told why", bystander, () -> CAUSES.size() >= counts().closedSessions());
            assertTrue(CAUSES.stream().allMatch(cause -> cause == CloseCause.SHORT_OF_MEMORY), CAUSES::toString);
        }
    }

    @ParameterizedTest
    @MethodSource(CONTAINERS)
    void aHandshakeAboveTheBudgetIsAnswered503UntilThereIsRoom(Container on) throws Exception {
        try (TestServer server = on.start(application(SIZE));
                RawClient bystander = connect(server, "/echo", 0);
                RawClient big = connect(server, "/stuck", 0)) {
            bystander.assertEchoes("before");
            for (int i = 0; i < 4; i++) { // they wait for a callback that does not return
                big.sendFrame(0x82, new byte[SIZE / 2]);
            }
            await("the budget is exceeded", bystander, () -> counts().heldByAllBytes() > SIZE);
            try (RawClient next = server.connect("/echo")) {
                assertEquals(503, next.status(), next.head());
                assertTrue(next.head().toLowerCase(Locale.ROOT).contains("retry-after: "), next.head());
            }
            assertEquals(1, counts().refusedHandshakes());
            mayReturn.countDown();
            await("there is room", bystander, () -> counts().heldByAllBytes() <= SIZE);
            try (RawClient next = server.connect("/echo").upgraded()) {
                next.assertEchoes("hello");
            }
        }
    }
}
