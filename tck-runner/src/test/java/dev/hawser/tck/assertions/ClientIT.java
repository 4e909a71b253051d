package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapters 3.2, 4.2, 5.2.1 and 6.1: the client. */
@ArquillianTest
class ClientIT {

    private static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    @ArquillianResource
    private URL url;

    private Application app;
    private WebSocketContainer container;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.war("client", Inspector.class, HeaderReader.class);
    }

    @BeforeEach
    void findApplication() {
        app = new Application(url);
        container = ContainerProvider.getWebSocketContainer();
        EVENTS.clear();
    }

    /** Keeps the headers of the handshake, and answers a header. */
    public static final class HeaderReader extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put("headers", request.getHeaders());
            response.getHeaders().put("X-Answer", List.of("answered"));
        }
    }

    /** Answers a header of its handshake, or closes if the message says so. */
    @ServerEndpoint(value = "/inspector", subprotocols = "chosen", configurator = HeaderReader.class)
    public static final class Inspector {
        @OnMessage
        @SuppressWarnings("unchecked")
        public String onMessage(String name, Session session) throws IOException {
            if (name.equals("close")) {
                session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4000), "as told"));
                return "";
            }
            Map<String, List<String>> headers =
                    (Map<String, List<String>>) session.getUserProperties().get("headers");
            List<String> values = headers.get(name);
            return values == null || values.isEmpty()
                    ? name
                    : String.join(", ", values).replaceAll("\\s*([,;=])\\s*", "$1");
        }
    }

    /** Programmatic: puts what arrives into the events. */
    public static final class Listening extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, message -> EVENTS.add(message));
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            EVENTS.add("closed " + reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
        }
    }

    /** An application object, and how it was made. */
    public record Shout(String text) {}

    /** To capitals. */
    public static final class ShoutEncoder implements Encoder.Text<Shout> {
        @Override
        public String encode(Shout shout) {
            return shout.text() + "!";
        }
    }

    /** Never willing. */
    public static final class UnwillingDecoder implements Decoder.Text<Shout> {
        @Override
        public Shout decode(String text) {
            return new Shout("unwilling " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return false;
        }
    }

    /** Willing. */
    public static final class ShoutDecoder implements Decoder.Text<Shout> {
        @Override
        public Shout decode(String text) throws DecodeException {
            if (text.startsWith("bad")) {
                throw new DecodeException(text, "bad");
            }
            return new Shout("decoded " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    /** Adds a header, and notes the answer's. */
    public static final class AddingConfigurator extends ClientEndpointConfig.Configurator {
        @Override
        public void beforeRequest(Map<String, List<String>> headers) {
            headers.put("X-Question", List.of("asked"));
        }

        @Override
        public void afterResponse(HandshakeResponse response) {
            EVENTS.add("response " + response.getHeaders().get("x-answer"));
        }
    }

    /** Everything that the annotation can say. */
    @ClientEndpoint(
            encoders = ShoutEncoder.class,
            decoders = {UnwillingDecoder.class, ShoutDecoder.class},
            subprotocols = {"unknown", "chosen"},
            configurator = AddingConfigurator.class)
    public static final class Annotated {
        @OnOpen
        public void onOpen(Session session, EndpointConfig config) {
            EVENTS.add("open [" + session.getNegotiatedSubprotocol() + "]");
        }

        @OnMessage
        public void onMessage(Shout shout) {
            EVENTS.add(shout.text());
        }

        @OnError
        public void onError(Throwable error) {
            EVENTS.add(error.getClass().getSimpleName());
        }

        @OnClose
        public void onClose(CloseReason reason) {
            EVENTS.add("closed " + reason.getCloseCode().getCode());
        }
    }

    /** Two methods for open. */
    @ClientEndpoint
    public static final class TwoOnOpen {
        @OnOpen
        public void one() {}

        @OnOpen
        public void two() {}
    }

    /** A type that no decoder makes. */
    @ClientEndpoint
    public static final class NoDecoder {
        @OnMessage
        public void onMessage(BigDecimal number) {}
    }

    /** An error method without the error. */
    @ClientEndpoint
    public static final class NoThrowable {
        @OnError
        public void onError(Session session) {}
    }

    /** Too many parameters. */
    @ClientEndpoint
    public static final class OnCloseWithText {
        @OnClose
        public void onClose(String text) {}
    }

    /** Not an endpoint. */
    public static final class NotAnnotated {}

    private record Named(String name, List<Extension.Parameter> parameters) implements Extension {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public List<Parameter> getParameters() {
            return parameters;
        }
    }

    private record Setting(String name, String value) implements Extension.Parameter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getValue() {
            return value;
        }
    }

    @Test
    void aContainerIsFoundAndConnects() throws Exception {
        assertNotNull(container);
        try (Connected client = new Connected(container.connectToServer(
                Listening.class, ClientEndpointConfig.Builder.create().build(), app.uri("/inspector")))) {
            client.session().getBasicRemote().sendText("unchanged");
            assertEquals("unchanged", next());
        }
    }

    @Test
    void theDevelopersSubprotocolsAreSentInOrder() throws Exception {
        assertEquals(
                "b,a,chosen",
                header(
                        ClientEndpointConfig.Builder.create().preferredSubprotocols(List.of("b", "a", "chosen")),
                        "Sec-WebSocket-Protocol"));
    }

    @Test
    void theDevelopersExtensionsAreSentInOrderWithTheirParameters() throws Exception {
        List<Extension> extensions = List.of(
                new Named("x-two", List.of(new Setting("p", "1"), new Setting("q", "2"))),
                new Named("x-one", List.of()));
        assertEquals(
                "x-two;p=1;q=2,x-one",
                header(ClientEndpointConfig.Builder.create().extensions(extensions), "Sec-WebSocket-Extensions"));
    }

    @Test
    void anAnnotatedClientUsesAllThatItsAnnotationNames() throws Exception {
        try (Connected client = new Connected(container.connectToServer(Annotated.class, app.uri("/inspector")))) {
            assertEquals("response [answered]", next());
            assertEquals("open [chosen]", next());
            client.session().getBasicRemote().sendText("X-Question");
            assertEquals("decoded asked", next());
            client.session().getBasicRemote().sendText("Sec-WebSocket-Protocol");
            assertEquals("decoded unknown,chosen", next());
            client.session().getBasicRemote().sendObject(new Shout("hey"));
            assertEquals("decoded hey!", next());
        }
    }

    @Test
    void aDecodersFailureReachesTheClientsOnError() throws Exception {
        try (Connected client = new Connected(container.connectToServer(Annotated.class, app.uri("/inspector")))) {
            next();
            next();
            client.session().getBasicRemote().sendText("bad");
            assertEquals("DecodeException", next());
        }
    }

    @Test
    void theClientIsToldWhyTheServerCloses() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        Session session = container.connectToServer(new Listening(), config, app.uri("/inspector"));
        session.getBasicRemote().sendText("close");
        assertEquals("closed 4000 as told", next());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {TwoOnOpen.class, NoDecoder.class, NoThrowable.class, OnCloseWithText.class, NotAnnotated.class})
    void aMalformedClientIsADeploymentExceptionThatNamesTheClass(Class<?> malformed) {
        Exception error = assertThrows(
                DeploymentException.class, () -> container.connectToServer(malformed, app.uri("/inspector")));
        assertTrue(messages(error).contains(malformed.getSimpleName()), messages(error));
    }

    @Test
    void withoutAnEndpointThereIsADeploymentException() {
        Exception error =
                assertThrows(Exception.class, () -> container.connectToServer(Annotated.class, app.uri("/nothing")));
        assertInstanceOf(DeploymentException.class, error);
    }

    private String header(ClientEndpointConfig.Builder builder, String name) throws Exception {
        try (Connected client =
                new Connected(container.connectToServer(Listening.class, builder.build(), app.uri("/inspector")))) {
            client.session().getBasicRemote().sendText(name);
            return next();
        }
    }

    /** A session that is over, for the endpoint too, when this is closed: no event of it reaches the next test. */
    private record Connected(Session session) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            session.close();
            String event = next();
            while (!event.startsWith("closed") && !event.equals("nothing happened")) {
                event = next();
            }
        }
    }

    private static String messages(Throwable error) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        return messages.toString();
    }

    private static String next() {
        try {
            String event = EVENTS.poll(30, TimeUnit.SECONDS);
            return event == null ? "nothing happened" : event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "nothing happened";
        }
    }
}
