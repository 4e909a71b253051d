package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.SessionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that resets an idle connection: onError once, then onClose with 1006 (docs/errors.md), as on the server's
 * side.
 */
class IdleResetOfClientTest {
    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @EndpointSettings("dispatch=event-loop")
    public static class OnTheLoop extends RecordingEndpoint {}

    @ParameterizedTest
    @ValueSource(classes = {RecordingEndpoint.class, OnTheLoop.class})
    void isToldAsOneErrorAndOneClose(Class<? extends RecordingEndpoint> type) throws Exception {
        RecordingEndpoint endpoint = type.getConstructor().newInstance();
        CountDownLatch idle = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.send(ScriptedServer.accept(peer.head()));
            try {
                assertTrue(idle.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            peer.socket.setSoLinger(true, 0); // RST instead of FIN
        })) {
            ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
            container.connectToServer(endpoint, config, server.uri("/"));
            idle.countDown();
            assertInstanceOf(SessionException.class, endpoint.errors.poll(30, TimeUnit.SECONDS));
            assertEquals(1006, endpoint.nextCloseCode());
            assertTrue(endpoint.errors.isEmpty() && endpoint.closeCodes.isEmpty(), "each once");
        }
    }
}
