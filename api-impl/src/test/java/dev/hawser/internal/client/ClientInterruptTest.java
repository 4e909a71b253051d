package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The interrupt flag on the client: of the selector's thread, of the thread that connects, and of one that sends. */
class ClientInterruptTest {
    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertFalse(Thread.interrupted());
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void aFlagThatACallbackLeavesOnTheSelectorsThreadIsGoneAfterIt() throws Exception {
        Interrupting endpoint = new Interrupting();
        try (EchoSelector server = new EchoSelector()) {
            Session session = container.connectToServer(endpoint, server.uri());
            for (int i = 0; i < 3; i++) {
                session.getBasicRemote().sendText("hello");
                assertEquals(false, endpoint.flags.poll(30, TimeUnit.SECONDS), "message " + i);
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long before = threads.getThreadCpuTime(endpoint.thread.getId());
            assertEquals(null, endpoint.flags.poll(500, TimeUnit.MILLISECONDS));
            long used = threads.getThreadCpuTime(endpoint.thread.getId()) - before;
            assertTrue(used < TimeUnit.MILLISECONDS.toNanos(200), () -> "idle, it used " + used + " ns of 500 ms");
        }
    }

    @Test
    void aConfiguratorThatLeavesTheFlagDoesNotStopItsConnect() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new ClientEndpointConfig.Configurator() {
                    @Override
                    public void beforeRequest(Map<String, List<String>> headers) {
                        Thread.currentThread().interrupt();
                    }

                    @Override
                    public void afterResponse(HandshakeResponse response) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();
        try (EchoSelector server = new EchoSelector()) {
            Session session = container.connectToServer(new RecordingEndpoint(), config, server.uri());
            assertTrue(session.isOpen());
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void aBasicSendOfAnInterruptedThreadIsRefusedAndTheSessionGoesOn() throws Exception {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        try (EchoSelector server = new EchoSelector()) {
            Session session = container.connectToServer(endpoint, config, server.uri());
            for (int i = 0; i < 3; i++) {
                Thread.currentThread().interrupt();
                assertThrows(IOException.class, () -> session.getBasicRemote().sendText("x".repeat(20_000)));
                assertTrue(Thread.interrupted(), "the flag stays");
                session.getBasicRemote().sendText("after " + i);
                assertEquals("after " + i, endpoint.nextMessage());
            }
        }
    }

    @ClientEndpoint
    @EndpointSettings("dispatch=event-loop")
    public static class Interrupting {
        final BlockingQueue<Boolean> flags = new LinkedBlockingQueue<>();
        volatile Thread thread;

        @OnMessage
        public void onText(String message) {
            thread = Thread.currentThread();
            flags.add(thread.isInterrupted());
            thread.interrupt();
        }
    }
}
