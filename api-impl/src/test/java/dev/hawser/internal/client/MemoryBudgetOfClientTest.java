package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.HawserSession;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, since it changes a system property. What servers make a client hold counts in the budget, too. */
@Isolated
class MemoryBudgetOfClientTest {
    private static final String BUDGET = "dev.hawser.memoryBudget";

    /** Tells why its session ended. */
    public static class Telling extends RecordingEndpoint {
        final CompletableFuture<CloseCause> cause = new CompletableFuture<>();

        @Override
        public void onClose(Session session, CloseReason reason) {
            super.onClose(session, reason);
            cause.complete(((HawserSession) session).getCloseCause());
        }
    }

    @Test
    void aServerThatDoesNotEndItsMessageIsClosedWith1013AndAnotherServerIsNot() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        // a class loader that no other test has used has a client core of its own, which reads the property
        try (URLClassLoader fresh = new URLClassLoader(new URL[0], before);
                EndpointClientContainer container = new EndpointClientContainer();
                ScriptedServer server = new ScriptedServer(MemoryBudgetOfClientTest::script)) {
            Thread.currentThread().setContextClassLoader(fresh);
            System.setProperty(BUDGET, "20000");
            Telling attacked = new Telling();
            Session quiet = container.connectToServer(new Telling(), config(), server.uri("/quiet"));
            HawserSession hit = (HawserSession) container.connectToServer(attacked, config(), server.uri("/big"));
            assertEquals(1013, attacked.nextCloseCode());
            assertEquals(CloseCause.SHORT_OF_MEMORY, attacked.cause.get(30, TimeUnit.SECONDS));
            SessionHarness.await("it is closed", () -> !hit.isOpen());
            assertTrue(quiet.isOpen());
        } finally {
            System.clearProperty(BUDGET);
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static void script(ScriptedServer.Peer peer) throws java.io.IOException {
        String head = peer.head();
        peer.send(ScriptedServer.accept(head));
        if (head.startsWith("GET /big")) {
            peer.out.write(new byte[] {0x01, 126, (byte) 0xC0, 0});
            peer.out.write(new byte[0xC000]);
            peer.out.flush();
        }
        peer.staySilent();
    }

    private static ClientEndpointConfig config() {
        return ClientEndpointConfig.Builder.create().build();
    }
}
