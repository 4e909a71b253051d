package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.Extension;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another implementation's jar is there, too, and the {@code ServiceLoader} finds its classes first: ours goes on as if
 * it were not.
 */
class ForeignImplementationTest {
    @TempDir
    Path services;

    /** Of no use, like the provider of a server that does not run. */
    public static final class ForeignProvider extends ContainerProvider {
        @Override
        protected WebSocketContainer getContainer() {
            throw new UnsupportedOperationException("the other client");
        }
    }

    /** Works only in its own server. */
    public static final class ForeignDefault extends ServerEndpointConfig.Configurator {
        @Override
        public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
            throw new UnsupportedOperationException("the other server");
        }

        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            throw new UnsupportedOperationException("the other server");
        }

        @Override
        public boolean checkOrigin(String origin) {
            throw new UnsupportedOperationException("the other server");
        }

        @Override
        public <T> T getEndpointInstance(Class<T> type) {
            throw new UnsupportedOperationException("the other server");
        }
    }

    /** Finds the foreign services before ours. */
    private final class ForeignFirst extends ClassLoader {
        ForeignFirst(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> found = Collections.list(super.getResources(name));
            Path foreign = services.resolve(name.substring(name.lastIndexOf('/') + 1));
            if (name.startsWith("META-INF/services/") && Files.exists(foreign)) {
                found.add(0, foreign.toUri().toURL());
            }
            return Collections.enumeration(found);
        }
    }

    public static final class OverridesNothing extends ServerEndpointConfig.Configurator {}

    /** Sends what it gets through a client of its own, and answers with what comes back. */
    @ServerEndpoint(value = "/relay", subprotocols = "words", configurator = OverridesNothing.class)
    public static final class Relay {
        @OnMessage
        public String relay(String uri, Session session) throws Exception {
            WebSocketContainer own = session.getContainer();
            try (Session second = own.connectToServer(new EventLoopEndpointTest.Client(), URI.create(uri))) {
                return "connected " + second.isOpen();
            }
        }
    }

    @ServerEndpoint("/echo")
    public static final class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @Test
    void whoseServicesAreFoundFirstHarmsNeitherServerNorClient() throws Exception {
        Files.writeString(services.resolve(ContainerProvider.class.getName()), ForeignProvider.class.getName());
        Files.writeString(
                services.resolve(ServerEndpointConfig.Configurator.class.getName()), ForeignDefault.class.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader foreignFirst = new ForeignFirst(before);
        EmbeddedServer server = new EmbeddedServer("/", Echo.class, Relay.class);
        server.context().setClassLoader(foreignFirst);
        Thread.currentThread().setContextClassLoader(foreignFirst);
        try (server;
                RawClient relay = relay(server)) {
            assertInstanceOf(
                    ForeignDefault.class,
                    ServerEndpointConfig.Builder.create(Echo.class, "/other")
                            .build()
                            .getConfigurator(),
                    "the foreign one is first");
            relay.sendText("ws://127.0.0.1:" + server.port() + "/echo");
            assertEquals("connected true", relay.readFrame().text());
            // Whoever wants this client whatever else is there names it.
            try (EndpointClientContainer client = new EndpointClientContainer()) {
                URI echo = URI.create("ws://127.0.0.1:" + server.port() + "/echo");
                assertEquals(
                        true,
                        client.connectToServer(new EventLoopEndpointTest.Client(), echo)
                                .isOpen());
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static RawClient relay(EmbeddedServer server) throws Exception {
        RawClient client = new RawClient(server.start().port());
        client.send(RawClient.handshake(
                "/relay",
                "Sec-WebSocket-Protocol: words",
                "Sec-WebSocket-Extensions: x-any",
                "Origin: http://localhost"));
        client.readHead();
        assertEquals(true, client.head().contains("Sec-WebSocket-Protocol: words"), client.head());
        return client.upgraded();
    }
}
