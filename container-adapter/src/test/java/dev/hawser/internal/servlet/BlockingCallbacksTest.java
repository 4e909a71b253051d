package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As many callbacks may block at once as a container would have lent threads, 200 by default, on threads of ours: the
 * throughput of callbacks that wait is that of as many threads, without a clock.
 */
class BlockingCallbacksTest {
    private static final int SESSIONS = 200;

    private static volatile CountDownLatch together = new CountDownLatch(0);
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    @ServerEndpoint("/blocks")
    public static class Blocks {
        @OnMessage
        public String block(String task) throws InterruptedException {
            if (task.equals("together")) {
                together.countDown();
                assertTrue(together.await(30, TimeUnit.SECONDS), () -> together.getCount() + " have no thread");
            } else {
                assertFalse(NEVER.await(100, TimeUnit.MILLISECONDS)); // blocks, as a query of a database does
            }
            return task + " on " + Thread.currentThread().getName();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void twoHundredCallbacksThatAreKnownToBlockDoSoAtTheSameTimeOnThreadsOfOurs(Container container) throws Exception {
        together = new CountDownLatch(SESSIONS);
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = container.start(Application.of(Blocks.class))) {
            for (int i = 0; i < SESSIONS; i++) {
                clients.add(server.connect("/blocks").upgraded());
            }
            for (String task : new String[] {"alone", "together"}) {
                for (RawClient client : clients) {
                    client.sendText(task);
                }
                for (RawClient client : clients) {
                    String answer = client.readFrame().text();
                    assertTrue(answer.startsWith(task + " on hawser-"), answer);
                }
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
