package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.MemoryCounts;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Alone, since it looks at what all sessions of the JVM hold. While all connections hold more than the budget, new ones
 * are refused, whichever application holds it.
 */
@Isolated
class MemoryBudgetHandshakeTest {
    private static final long BUDGET = 20_000;

    private static TestContainer container() throws Exception {
        TestContainer made = new TestContainer(
                Settings.builder().set(Setting.MEMORY_BUDGET, BUDGET).build());
        made.container.addEndpoint(TestContainer.Good.class);
        return made;
    }

    private static FakeTransport open(WebSocketConnection connection) {
        FakeTransport transport = new FakeTransport();
        connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
        return transport;
    }

    private static void awaitHeld(TestContainer test, boolean above) {
        SessionHarness.await(
                "all hold " + (above ? "more" : "less"),
                () -> test.container.getMemoryCounts().heldByAllBytes() > BUDGET == above);
    }

    @Test
    void itIsAnsweredWith503InEachApplicationUntilMemoryIsFree() throws Exception {
        try (TestContainer hit = container();
                TestContainer idle = container()) {
            WebSocketConnection big = hit.accept(TestUpgradeRequest.of("/good")).connection();
            FakeTransport transport = open(big);
            transport.arrive(SessionHarness.frame(Opcode.TEXT, false, new byte[50_000]));
            big.transportListener().onReadable();
            awaitHeld(idle, true);
            for (TestContainer each : List.of(hit, idle)) {
                UpgradeDecision.Rejected rejected = each.reject(TestUpgradeRequest.of("/good"));
                assertEquals(503, rejected.status(), rejected.body());
                assertTrue(rejected.headers().containsKey("Retry-After"), "when to try again");
                assertEquals(1, each.container.getMemoryCounts().refusedHandshakes());
            }
            MemoryCounts counts = idle.container.getMemoryCounts();
            assertEquals(0, counts.heldBytes());
            assertEquals(BUDGET, counts.budget());
            awaitHeld(idle, false);
            idle.accept(TestUpgradeRequest.of("/good"));
            hit.accept(TestUpgradeRequest.of("/good"));
        }
    }

    @Test
    void nothingIsLeftOfAnApplicationThatHasStopped() throws Exception {
        try (TestContainer idle = container()) {
            try (TestContainer hit = container()) {
                WebSocketConnection one =
                        hit.accept(TestUpgradeRequest.of("/good")).connection();
                FakeTransport transport = open(one);
                transport.arrive(SessionHarness.frame(Opcode.TEXT, false, new byte[15_000]));
                one.transportListener().onReadable();
                SessionHarness.await(
                        "it counts", () -> idle.container.getMemoryCounts().heldByAllBytes() >= 15_000);
            }
            assertEquals(0, idle.container.getMemoryCounts().heldByAllBytes());
        }
    }
}
