package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hawser.tck.container.Deployments;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The end of an application: "the endpoint is going away" (RFC 6455 section 7.4.1). */
class StopIT {
    private static final int CLIENTS = 10;

    /** Echoes. */
    @ServerEndpoint("/echo")
    public static final class Echo {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    @Test
    void anApplicationThatIsUndeployedClosesEverySessionWith1001() throws Exception {
        WebArchive archive = Application.war("stop", Echo.class);
        Application app = deployed(archive);
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            WireClient client = app.open("/echo");
            assertEquals("open", client.sendText("open").receiveText());
            clients.add(client);
        }
        // Undeploying waits for the peers' close frames.
        CompletableFuture<Void> undeployed = new CompletableFuture<>();
        Thread undeploying = new Thread(() -> {
            try {
                Deployments.undeploy(archive);
                undeployed.complete(null);
            } catch (Exception e) {
                undeployed.completeExceptionally(e);
            }
        });
        undeploying.start();
        for (WireClient client : clients) {
            assertEquals(1001, client.receiveClose().closeCode());
            client.sendClose(1001, "");
            client.close();
        }
        undeployed.get(30, TimeUnit.SECONDS);
        assertNotEquals(101, app.handshake("/echo").status());
    }

    @Test
    void anApplicationThatIsDeployedAgainServes() throws Exception {
        for (int i = 0; i < 3; i++) {
            WebArchive archive = Application.war("again", Echo.class);
            assertEquals("echoed", deployed(archive).ask("/echo", "echoed"));
            Deployments.undeploy(archive);
        }
    }

    private static Application deployed(WebArchive archive) throws Exception {
        assertNull(Deployments.deploy(archive));
        return new Application(archive);
    }
}
