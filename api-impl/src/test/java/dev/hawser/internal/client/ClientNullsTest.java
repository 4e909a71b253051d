package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Null counts as nothing in a client's configuration, as in a server's; and what a configurator is shown of the
 * response is its own copy.
 */
class ClientNullsTest {
    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    /** A configuration that an application has written itself. Every list has one null, or is null. */
    private record Sparse(boolean absent) implements ClientEndpointConfig {
        private <T> List<T> sparse() {
            return absent ? null : new ArrayList<>(Arrays.asList((T) null));
        }

        @Override
        public List<String> getPreferredSubprotocols() {
            return sparse();
        }

        @Override
        public List<Extension> getExtensions() {
            return sparse();
        }

        @Override
        public javax.net.ssl.@Nullable SSLContext getSSLContext() {
            return null;
        }

        @Override
        public @Nullable Configurator getConfigurator() {
            return absent ? null : new Configurator();
        }

        @Override
        public List<Class<? extends Encoder>> getEncoders() {
            return sparse();
        }

        @Override
        public List<Class<? extends Decoder>> getDecoders() {
            return sparse();
        }

        @Override
        public Map<String, Object> getUserProperties() {
            Map<String, Object> properties = new HashMap<>();
            properties.put("nothing", null);
            properties.put(null, "nameless");
            return absent ? null : properties;
        }
    }

    @Test
    void aConfigurationOfNullsIsOneOfNothing() throws Exception {
        for (boolean absent : new boolean[] {false, true}) {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                Session session =
                        container.connectToServer(new RecordingEndpoint(), new Sparse(absent), server.uri("/"));

                assertEquals("", ScriptedServer.field(server.nextHead(), "Sec-WebSocket-Protocol"));
                assertEquals(Map.of(), session.getUserProperties());
                session.close();
            }
        }
    }

    @Test
    void whatIsNotNullAmongNullsCounts() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .preferredSubprotocols(Arrays.asList(null, "chat", null))
                .build();
        config.getUserProperties().put("session", null);
        config.getUserProperties().put("user", "joe");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            Session session = container.connectToServer(new RecordingEndpoint(), config, server.uri("/"));
            assertEquals("chat", ScriptedServer.field(server.nextHead(), "Sec-WebSocket-Protocol"));
            assertEquals(Map.of("user", "joe"), session.getUserProperties());
            session.close();
        }
    }

    @Test
    void whatAfterResponseDoesToTheHeadersIsItsOwnBusiness() throws Exception {
        List<Map<String, List<String>>> seen = new ArrayList<>();
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new ClientEndpointConfig.Configurator() {
                    @Override
                    public void afterResponse(HandshakeResponse response) {
                        response.getHeaders().get("Upgrade").add("more");
                        response.getHeaders().remove("Connection");
                        response.getHeaders().put("X-Nothing", null);
                        response.getHeaders().remove("Sec-WebSocket-Accept");
                        seen.add(response.getHeaders());
                    }
                })
                .build();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            Session session = container.connectToServer(new RecordingEndpoint(), config, server.uri("/"));
            assertTrue(session.isOpen());
            assertEquals(List.of("websocket", "more"), seen.get(0).get("upgrade"));
            session.close();
        }
    }

    @Test
    void aRequestHeaderThatIsSetToNullIsRefusedByName() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new RecordingConfigurator(headers -> headers.put("X-Token", null)))
                .build();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            DeploymentException refused = assertThrows(
                    DeploymentException.class,
                    () -> container.connectToServer(new RecordingEndpoint(), config, server.uri("/")));
            assertTrue(String.valueOf(refused.getMessage()).contains("X-Token"), refused.getMessage());
        }
    }
}
