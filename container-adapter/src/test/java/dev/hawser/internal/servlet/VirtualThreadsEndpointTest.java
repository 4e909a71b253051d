package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.EndpointSettings;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks on virtual threads in a real container. */
class VirtualThreadsEndpointTest {
    private static final int SESSIONS = 250; // more than a Jetty has threads

    /** Tells its thread; or waits until as many as there are sessions wait, too. */
    @ServerEndpoint("/virtual")
    @EndpointSettings("dispatch=virtual-threads")
    public static class OnVirtualThreads {
        static final CountDownLatch ALL = new CountDownLatch(SESSIONS);

        @OnMessage
        public void onText(String message, Session session) throws InterruptedException, IOException {
            if (message.equals("meet")) {
                ALL.countDown();
                ALL.await();
            }
            Thread thread = Thread.currentThread();
            session.getBasicRemote()
                    .sendText(thread.getName() + " " + thread.getClass().getSimpleName());
        }
    }

    @BeforeEach
    void thisJavaHasThem() {
        assumeTrue(Dispatch.VIRTUAL_THREADS.isSupported(), "virtual threads are Java 21");
    }

    @Test
    void aCallbackRunsOnAVirtualThread() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", OnVirtualThreads.class).start();
                RawClient client = server.connect("/virtual").upgraded()) {
            client.sendText("where");
            assertEquals("hawser-/-virtual VirtualThread", client.readFrame().text());
        }
    }

    @Test
    void moreOfThemBlockThanTheContainerHasThreads() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", OnVirtualThreads.class).start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                clients.add(server.connect("/virtual").upgraded());
                clients.get(i).sendText("meet");
            }
            for (RawClient client : clients) {
                String answer = client.readFrame().text();
                assertTrue(answer.endsWith("VirtualThread"), answer);
                client.close();
            }
        }
    }
}
