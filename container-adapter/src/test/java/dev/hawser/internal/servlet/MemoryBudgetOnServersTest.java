package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.ConnectionCounts;
import dev.hawser.HawserContainer;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The memory budget with real peers: those that hold too much are closed, and a bystander is served. */
class MemoryBudgetOnServersTest {
    private static final int ATTACKERS = 40;
    private static final int SIZE = 60_000;
    private static final int BUDGET = 1024 * 1024;

    private static volatile @Nullable HawserContainer container;

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
    }

    private static ConnectionCounts counts() {
        HawserContainer known = container;
        if (known == null) {
            throw new AssertionError("no session was opened");
        }
        return known.getConnectionCounts();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what + "; " + counts());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void unfinishedMessagesAreGivenUpAndABystanderIsServed(Container on) throws Exception {
        Application application = Application.of(Echo.class).with(Map.of("dev.hawser.memoryBudget", "" + BUDGET));
        List<RawClient> attackers = new ArrayList<>();
        try (TestServer server = on.start(application);
                RawClient bystander = server.connect("/echo").upgraded()) {
            for (int i = 0; i < ATTACKERS; i++) {
                attackers.add(server.connect("/echo").upgraded());
            }
            bystander.assertEchoes("before");
            for (RawClient attacker : attackers) {
                attacker.sendFrame(0x02, new byte[SIZE]); // begins a message, and goes no further
            }
            await("the budget is exceeded", () -> counts().heldBytes() > BUDGET || counts().closedByMemory() > 0);
            bystander.assertEchoes("meanwhile");
            await(
                    "the biggest are closed, and the budget is kept",
                    () -> counts().closedByMemory() > 0 && counts().heldBytes() <= BUDGET);
            bystander.assertEchoes("afterwards");
            try (RawClient newcomer = server.connect("/echo").upgraded()) {
                newcomer.assertEchoes("hello");
            }
            long closed = counts().closedByMemory();
            assertTrue(closed >= (ATTACKERS * SIZE - BUDGET) / (2 * SIZE) && closed < ATTACKERS, "" + counts());
            int told = 0;
            for (RawClient attacker : attackers) {
                attacker.sendFrame(0x80, new byte[0]);
                attacker.sendFrame(0x88, new byte[] {0x03, (byte) 0xe8}); // 1000
                told += attacker.readCloseCode() == 1013 ? 1 : 0;
            }
            assertEquals(closed, told);
        } finally {
            for (RawClient attacker : attackers) {
                attacker.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void aHandshakeAboveTheBudgetIsAnswered503(Container on) throws Exception {
        Application application = Application.of(Echo.class)
                .with(Map.of("dev.hawser.memoryBudget", "100000", "dev.hawser.maxBinaryMessageSize", "4MiB"));
        try (TestServer server = on.start(application);
                RawClient big = server.connect("/echo").upgraded()) {
            big.assertEchoes("hello");
            big.sendFrame(0x02, new byte[1024 * 1024]);
            await("the budget is exceeded", () -> counts().heldBytes() > 100_000);
            int refused = 0;
            while (counts().closedByMemory() == 0) {
                try (RawClient next = server.connect("/echo")) {
                    refused += next.status() == 503 ? 1 : 0;
                }
            }
            assertTrue(refused > 0, "" + counts());
            assertEquals(refused, counts().refusedByMemory());
            assertEquals(1013, big.readCloseCode());
        }
    }
}
