package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.wire.HandshakeResponse;
import dev.hawser.tck.wire.WireClient;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chapters 3.1.2 to 3.1.7, 4.1.4 and 4.1.5: the opening handshake on the server and its Configurator. */
@ArquillianTest
class HandshakeIT {

    @ArquillianResource
    private URL url;

    private Application app;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("handshake", Default.class, Custom.class, CustomConfigurator.class, Singleton.class)
                .addClasses(SingletonConfigurator.class, StrictOrigin.class, StrictConfigurator.class)
                .addClasses(Shared.class, SharedConfigurator.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
    }

    /** Everything as the platform does it. */
    @ServerEndpoint(
            value = "/default",
            subprotocols = {"v3", "v2", "v1"})
    public static final class Default {
        private static final AtomicInteger CREATED = new AtomicInteger();

        private final int number = CREATED.incrementAndGet();

        @OnMessage
        public String onMessage(String message, Session session) {
            return message.equals("instance")
                    ? String.valueOf(number)
                    : "[" + session.getNegotiatedSubprotocol() + "] "
                            + session.getNegotiatedExtensions().stream()
                                    .map(Extension::getName)
                                    .toList();
        }
    }

    /** Everything overridden. */
    public static final class CustomConfigurator extends ServerEndpointConfig.Configurator {
        @Override
        public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
            return requested.get(requested.size() - supported.size());
        }

        @Override
        public boolean checkOrigin(String origin) {
            return true;
        }

        @Override
        public void modifyHandshake(
                ServerEndpointConfig config, HandshakeRequest request, jakarta.websocket.HandshakeResponse response) {
            response.getHeaders().put("X-Hawser", List.of("modified"));
            config.getUserProperties()
                    .put("agent", String.valueOf(request.getHeaders().get("x-agent")));
            config.getUserProperties().merge("count", 1, (old, one) -> (Integer) old + (Integer) one);
        }
    }

    /** Answers what the handshake left. */
    @ServerEndpoint(value = "/custom", subprotocols = "known", configurator = CustomConfigurator.class)
    public static final class Custom {
        private String agent = "";

        @OnOpen
        public void onOpen(Session session, EndpointConfig config) {
            agent = String.valueOf(config.getUserProperties().get("agent"));
            session.getUserProperties().put("mine", session.getId());
        }

        @OnMessage
        public String onMessage(String question, Session session) {
            return switch (question) {
                case "agent" -> agent + " " + session.getUserProperties().get("agent");
                case "count" -> String.valueOf(session.getUserProperties().get("count"));
                case "mine" ->
                    String.valueOf(
                            session.getId().equals(session.getUserProperties().get("mine")));
                case "subprotocol" -> session.getNegotiatedSubprotocol();
                default -> throw new IllegalArgumentException(question);
            };
        }
    }

    /** One instance for all. */
    public static final class SingletonConfigurator extends ServerEndpointConfig.Configurator {
        private static final Singleton INSTANCE = new Singleton();

        @Override
        public <T> T getEndpointInstance(Class<T> type) {
            Journal.add("singleton", "asked for " + type.getSimpleName());
            return type.cast(INSTANCE);
        }
    }

    /** Counts the messages of all peers. */
    @ServerEndpoint(value = "/singleton", configurator = SingletonConfigurator.class)
    public static final class Singleton {
        private final AtomicInteger messages = new AtomicInteger();

        @OnMessage
        public String onMessage(String message) {
            return String.valueOf(messages.incrementAndGet());
        }
    }

    /** Accepts one origin. */
    public static final class StrictConfigurator extends ServerEndpointConfig.Configurator {
        @Override
        public boolean checkOrigin(String origin) {
            return "http://good.example".equals(origin);
        }
    }

    /** Behind a check of the origin. */
    @ServerEndpoint(value = "/strict", configurator = StrictConfigurator.class)
    public static final class StrictOrigin {
        @OnMessage
        public String onMessage(String message) {
            return message;
        }
    }

    /** State that all instances of an endpoint share. */
    public static final class SharedConfigurator extends ServerEndpointConfig.Configurator {
        final AtomicInteger opened = new AtomicInteger();

        @Override
        public boolean checkOrigin(String origin) {
            return true;
        }
    }

    /** Reaches the configurator by its configuration. */
    @ServerEndpoint(value = "/shared", configurator = SharedConfigurator.class)
    public static final class Shared {
        private int number;

        @OnOpen
        public void onOpen(EndpointConfig config) {
            number = ((SharedConfigurator) ((ServerEndpointConfig) config).getConfigurator()).opened.incrementAndGet();
        }

        @OnMessage
        public String onMessage(String message) {
            return String.valueOf(number);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"v3, v1|v3", "v1|v1", "other ,v2 , v1|v2", "other, V1|''", "other,v1|v1"})
    void theFirstCommonSubprotocolIsChosen(String offered, String chosen) throws IOException {
        // Specification and API documentation disagree about whose order counts: these agree in both orders.
        try (WireClient client = app.open("/default", "Sec-WebSocket-Protocol: " + offered)) {
            assertEquals(chosen, client.response().header("Sec-WebSocket-Protocol"));
            assertTrue(client.sendText("").receiveText().startsWith("[" + chosen + "]"));
        }
    }

    @Test
    void withoutAnOfferThereIsNoSubprotocol() throws IOException {
        assertEquals("", app.handshake("/default").header("Sec-WebSocket-Protocol"));
    }

    @Test
    void anExtensionThatIsNotSupportedIsNotAnswered() throws IOException {
        HandshakeResponse response = app.handshake("/default", "Sec-WebSocket-Extensions: x-unheard-of; a=1, x-other");
        assertEquals(101, response.status());
        assertEquals("", response.header("Sec-WebSocket-Extensions"));
    }

    @Test
    void answeredExtensionsAreOfferedOnesInTheirOrder() throws IOException {
        HandshakeResponse response =
                app.handshake("/default", "Sec-WebSocket-Extensions: x-a, permessage-deflate, x-b");
        assertEquals(101, response.status());
        // Of these three only permessage-deflate (RFC 7692) can be known to a container, and it need not be.
        String answered =
                response.header("Sec-WebSocket-Extensions").split(";", 2)[0].strip();
        assertTrue(List.of("", "permessage-deflate").contains(answered), answered);
    }

    @Test
    void theDefaultModifiesNothing() throws IOException {
        HandshakeResponse response = app.handshake("/default");
        List<String> usual = List.of(
                "upgrade",
                "connection",
                "sec-websocket-accept",
                "date",
                "server",
                "content-length",
                "sec-websocket-extensions");
        assertEquals(
                List.of(),
                response.headers().keySet().stream()
                        .filter(name -> !usual.contains(name.toLowerCase(Locale.ROOT)))
                        .toList());
        // The answer to the key of the example in RFC 6455 section 1.3.
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.header("Sec-WebSocket-Accept"));
    }

    @Test
    void aConfiguratorReplacesTheDefaults() throws IOException {
        try (WireClient client = app.open(
                "/custom", "Sec-WebSocket-Protocol: a, b", "X-Agent: me", "Origin: http://elsewhere.example")) {
            assertEquals("modified", client.response().header("X-Hawser"));
            assertEquals("b", client.response().header("Sec-WebSocket-Protocol"));
            assertEquals("b", client.sendText("subprotocol").receiveText());
        }
    }

    @Test
    void whatModifyHandshakePutsIntoThePropertiesIsInTheSession() throws IOException {
        try (WireClient client = app.open("/custom", "Sec-WebSocket-Protocol: a", "X-Agent: me")) {
            assertEquals("[me] [me]", client.sendText("agent").receiveText());
            assertEquals("true", client.sendText("mine").receiveText());
        }
    }

    @Test
    void thePropertiesAreCopiedForEachConnection() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (WireClient client = app.open("/custom", "Sec-WebSocket-Protocol: a")) {
                assertEquals("1", client.sendText("count").receiveText(), "counted in a map of another connection");
            }
        }
    }

    @Test
    void theConfiguratorIsAskedForAnInstanceByEachConnection() throws IOException {
        assertEquals("1", app.ask("/singleton", ""));
        assertEquals("2", app.ask("/singleton", ""));
        assertEquals("asked for Singleton", app.event("singleton"));
        assertEquals("asked for Singleton", app.event("singleton"));
    }

    @Test
    void byDefaultEachConnectionGetsANewInstance() throws IOException {
        assertNotEquals(app.ask("/default", "instance"), app.ask("/default", "instance"));
    }

    @Test
    void anOriginThatIsNotAcceptedFailsTheHandshakeWith403() throws IOException {
        assertEquals(
                101, app.handshake("/strict", "Origin: http://good.example").status());
        assertEquals(
                403, app.handshake("/strict", "Origin: http://evil.example").status());
    }

    @Test
    void oneConfiguratorServesAllInstancesOfAnEndpoint() throws IOException {
        int first = Integer.parseInt(app.ask("/shared", ""));
        assertEquals(String.valueOf(first + 1), app.ask("/shared", ""));
    }

    @Test
    void aFailedHandshakeOpensNothing() throws IOException {
        HandshakeResponse response = app.handshake("/default", "Sec-WebSocket-Version: 12");
        assertFalse(response.status() == 101, "version 12 was accepted");
        assertEquals("13", response.header("Sec-WebSocket-Version"));
    }
}
