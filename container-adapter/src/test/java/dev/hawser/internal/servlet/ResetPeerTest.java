package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer that reads nothing and resets the connection, with a message for it under way, holds no thread of the
 * container: Undertow writes again and again what the reset left over, until somebody stops it.
 */
class ResetPeerTest {
    private static final int PEERS = 6; // more than I/O threads
    private static final int MORE_THAN_SOCKETS_TAKE = 32 << 20;
    static final Semaphore SENDING = new Semaphore(0);

    @ServerEndpoint("/flood")
    public static class Flood {
        @OnMessage
        public String text(String message, Session session) {
            if (!message.equals("flood")) {
                return message;
            }
            session.getAsyncRemote().sendBinary(ByteBuffer.allocate(MORE_THAN_SOCKETS_TAKE), result -> {});
            SENDING.release();
            return "";
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void holdsNoThread(Container container) throws Exception {
        // what the dead peers hold until their resets are noticed is more than the budget of this machine's heap
        Application flood = Application.of(Flood.class).with(Map.of("dev.hawser.memoryBudget", "0"));
        try (TestServer server = container.start(flood)) {
            List<RawClient> dead = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                RawClient client = server.connect("/flood").upgraded();
                dead.add(client);
                client.sendText("flood");
            }
            assertTrue(SENDING.tryAcquire(PEERS, 30, TimeUnit.SECONDS), "not all sends were begun in time");
            for (RawClient client : dead) {
                client.reset();
            }
            for (int i = 0; i < 2 * PEERS; i++) {
                try (RawClient client = server.connect("/flood").upgraded()) {
                    client.assertEchoes("still there");
                }
            }
        }
    }
}
