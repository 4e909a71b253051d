package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.accept;
import static dev.hawser.internal.client.ScriptedServer.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningHandshakeTest {
    private final EndpointClientContainer container = new EndpointClientContainer();
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    /** What the annotated endpoint was told. */
    static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    @ClientEndpoint
    public static class Annotated {
        @OnMessage
        public void message(String text) {
            TOLD.add(text);
        }

        @OnClose
        public void close(CloseReason reason) {
            TOLD.add("close " + reason.getCloseCode().getCode());
        }
    }

    private Session connect(ScriptedServer server) throws Exception {
        return container.connectToServer(
                endpoint, ClientEndpointConfig.Builder.create().build(), server.uri("/"));
    }

    /** RFC 6455 section 4.1: the request. */
    @Nested
    class Request {
        @Test
        void hasTheRequiredFieldsOnceAndNoOthers() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                connect(server).close();
                String head = server.nextHead();
                assertTrue(head.startsWith("GET / HTTP/1.1\r\nHost: localhost:" + server.port() + "\r\n"), head);
                assertEquals("websocket", field(head, "Upgrade"));
                assertEquals("Upgrade", field(head, "Connection"));
                assertEquals("13", field(head, "Sec-WebSocket-Version"));
                assertEquals(16, Base64.getDecoder().decode(field(head, "Sec-WebSocket-Key")).length);
                assertEquals("", field(head, "Sec-WebSocket-Extensions"), head);
                assertEquals(6, head.split("\r\n").length, head);
            }
        }

        @Test
        void usesANewKeyEachTime() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                connect(server).close();
                connect(server).close();
                assertFalse(field(server.nextHead(), "Sec-WebSocket-Key")
                        .equals(field(server.nextHead(), "Sec-WebSocket-Key")));
            }
        }

        @Test
        void carriesPathAndQueryAsTheyWereGiven() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                container.connectToServer(
                        endpoint,
                        ClientEndpointConfig.Builder.create().build(),
                        server.uri("/a%20b/\u00fc?q=%C3%A4&r=1"));
                assertTrue(server.nextHead().startsWith("GET /a%20b/%C3%BC?q=%C3%A4&r=1 HTTP/1.1\r\n"));
            }
        }

        @Test
        void offersExactlyTheApplicationsExtensionsInItsOrder() throws Exception {
            List<Extension> extensions = List.of(
                    new TestExtension("x-unknown", List.of(new TestParameter("a", "1"), new TestParameter("a", "2"))),
                    new TestExtension("permessage-deflate", List.of(new TestParameter("client_max_window_bits", ""))),
                    new TestExtension("x-last", List.of()));
            try (ScriptedServer server =
                    new ScriptedServer(peer -> peer.echoWebSocket("Sec-WebSocket-Extensions: x-unknown;a=2"))) {
                Session session = container.connectToServer(
                        endpoint,
                        ClientEndpointConfig.Builder.create()
                                .extensions(extensions)
                                .build(),
                        server.uri("/"));
                assertEquals(
                        "x-unknown;a=1;a=2, permessage-deflate;client_max_window_bits, x-last",
                        field(server.nextHead(), "Sec-WebSocket-Extensions"));
                assertEquals(
                        List.of("x-unknown"),
                        session.getNegotiatedExtensions().stream()
                                .map(Extension::getName)
                                .toList());
            }
        }

        @Test
        void mayBeChangedByTheConfiguratorButForWhatMakesItAHandshake() throws Exception {
            RecordingConfigurator configurator = new RecordingConfigurator(headers -> {
                headers.put("X-Extra", List.of("one", "two"));
                headers.put("host", List.of("virtual.example"));
                headers.remove("Upgrade");
                headers.put("Sec-WebSocket-Version", List.of("8"));
            });
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                connect(server, configurator);
                String head = server.nextHead();
                assertTrue(head.contains("X-Extra: one\r\nX-Extra: two\r\n"), head);
                assertEquals("virtual.example", field(head, "Host"));
                assertEquals("websocket", field(head, "Upgrade"));
                assertEquals("13", field(head, "Sec-WebSocket-Version"));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\0b", "\u20ac"})
        void withALineEndInAHeaderIsNotSent(String value) throws Exception {
            RecordingConfigurator configurator = new RecordingConfigurator(headers -> headers.put("X", List.of(value)));
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                assertThrows(DeploymentException.class, () -> connect(server, configurator));
                assertTrue(server.heads.isEmpty());
            }
        }
    }

    /** RFC 6455 section 4.1: the validation of the response. */
    @Nested
    class Response {
        @Test
        void mayComeByteByByte() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.socket.setTcpNoDelay(true);
                for (char c : accept(peer.head()).toCharArray()) {
                    peer.send(String.valueOf(c));
                }
                peer.echo();
            })) {
                Session session = connect(server);
                session.getBasicRemote().sendText("abc");
                assertEquals("abc", endpoint.nextMessage());
            }
        }

        @Test
        void mayHaveTheFirstFramesBehindIt() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                // 81 02 "hi": a text frame; 88 02 03E8: close 1000
                peer.send(accept(peer.head()) + "\u0081\u0002hi\u0088\u0002\u0003\u00e8");
                peer.staySilent();
            })) {
                TOLD.clear();
                container.connectToServer(new Annotated(), server.uri("/"));
                assertEquals("hi", TOLD.poll(30, TimeUnit.SECONDS));
                assertEquals("close 1000", TOLD.poll(30, TimeUnit.SECONDS));
            }
        }

        @Test
        void mayFollowInterimResponses() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + accept(peer.head()));
                peer.echo();
            })) {
                assertTrue(connect(server).isOpen());
            }
        }

        @Test
        void longerThanTheLimitEndsTheConnect() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.head();
                peer.send("HTTP/1.1 101 Switching Protocols\r\nX: " + "x".repeat(8 * 1024));
                peer.staySilent();
            })) {
                assertEquals(
                        "Connecting to localhost:" + server.port()
                                + " failed in the opening handshake: the answer's header is longer than 8192 bytes",
                        assertThrows(ConnectFailedException.class, () -> connect(server))
                                .getMessage());
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SSH-2.0-OpenSSH\r\n\r\n",
                    "HTTP/2 101 x\r\n\r\n",
                    "HTTP/1.1 1x1 x\r\n\r\n",
                    "HTTP/1.1 1011\r\n\r\n",
                    "HTTP/1.1 101 x\r\nno colon\r\n\r\n",
                    "HTTP/1.1 101 x\r\nbad name: x\r\n\r\n",
                    "HTTP/1.1 101 x\r\n folded\r\n\r\n",
                    "\r\n\r\n",
                    ""
                })
        void thatIsNoHttpEndsTheConnect(String response) throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.head();
                peer.send(response);
            })) {
                ConnectFailedException failed = assertThrows(ConnectFailedException.class, () -> connect(server));
                assertEquals(ConnectFailedException.Step.HANDSHAKE, failed.step());
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Accept: ",
                })
        void withoutARequiredFieldIsRefused(String field) throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.send(accept(peer.head()).replace(field, "X: "));
                peer.staySilent();
            })) {
                HandshakeFailedException failed = assertThrows(HandshakeFailedException.class, () -> connect(server));
                assertEquals(101, failed.status());
            }
        }

        /** White space around an element is space and tab (RFC 9110 5.6.3), and nothing else that Java calls so. */
        @ParameterizedTest
        @ValueSource(strings = {"\u000B", "\f", "\u001C"})
        void withAControlCharacterBesideAFieldsElementIsRefused(String control) throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.send(accept(peer.head()).replace("websocket", "websocket" + control));
                peer.staySilent();
            })) {
                HandshakeFailedException failed = assertThrows(HandshakeFailedException.class, () -> connect(server));
                assertEquals(101, failed.status());
            }
        }

        @Test
        void toAnotherKeyIsRefused() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.send(accept(peer.head() + "\r\n").replace("Accept: ", "Accept: x"));
                peer.staySilent();
            })) {
                assertThrows(HandshakeFailedException.class, () -> connect(server));
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Sec-WebSocket-Extensions: x-not-offered",
                    "Sec-WebSocket-Extensions: ;;",
                    "Sec-WebSocket-Protocol: not-offered",
                    "Sec-WebSocket-Protocol: b, a",
                    "Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Protocol: a"
                })
        void thatChoosesWhatWasNotOfferedIsRefused(String field) throws Exception {
            ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                    .preferredSubprotocols(List.of("a", "b"))
                    .build();
            try (ScriptedServer server = new ScriptedServer(peer -> peer.echoWebSocket(field))) {
                assertThrows(
                        HandshakeFailedException.class,
                        () -> container.connectToServer(endpoint, config, server.uri("/")));
            }
        }

        @Test
        void choosesASubprotocolOrNone() throws Exception {
            ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                    .preferredSubprotocols(List.of("a", "b"))
                    .build();
            try (ScriptedServer chooses = new ScriptedServer(peer -> peer.echoWebSocket("Sec-WebSocket-Protocol: b"));
                    ScriptedServer ignores = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                Session session = container.connectToServer(endpoint, config, chooses.uri("/"));
                assertEquals("b", session.getNegotiatedSubprotocol());
                assertEquals("a, b", field(chooses.nextHead(), "Sec-WebSocket-Protocol"));
                assertEquals(
                        "",
                        container
                                .connectToServer(endpoint, config, ignores.uri("/"))
                                .getNegotiatedSubprotocol());
            }
        }

        @Test
        void ofAnotherStatusTellsStatusAndHeaders() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.head();
                peer.send("HTTP/1.1 503 Busy\r\nretry-after: 7\r\nContent-Length: 0\r\n\r\n");
            })) {
                HandshakeFailedException failed = assertThrows(
                        HandshakeFailedException.class,
                        () -> container.connectToServer(
                                endpoint,
                                ClientEndpointConfig.Builder.create().build(),
                                server.uri("/secret?token=secret")));
                assertEquals(503, failed.status());
                assertEquals(List.of("7"), failed.headers().get("Retry-After"));
                assertFalse(failed.fromProxy());
                assertFalse(failed.getMessage().contains("secret"), failed.getMessage());
            }
        }
    }

    @Nested
    class AfterResponse {
        private final RecordingConfigurator configurator = new RecordingConfigurator(headers -> {});

        @Test
        void getsTheHeadersInAnyCaseOfLetters() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> peer.echoWebSocket("x-hello: a", "X-Hello: b"))) {
                connect(server, configurator);
                assertEquals(List.of("a", "b"), configurator.responses.get(0).get("X-HELLO"));
            }
        }

        @Test
        void isCalledForAFailedHandshake() throws Exception {
            try (ScriptedServer server = new ScriptedServer(peer -> {
                peer.head();
                peer.send("HTTP/1.1 404 Not Found\r\nX: y\r\n\r\n");
            })) {
                assertThrows(HandshakeFailedException.class, () -> connect(server, configurator));
                assertEquals(List.of(Map.of("X", List.of("y"))), configurator.responses);
            }
        }

        @Test
        void getsAnEmptyMapIfThereWasNoResponse() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::head)) {
                assertThrows(ConnectFailedException.class, () -> connect(server, configurator));
                assertEquals(List.of(Map.of()), configurator.responses);
                assertEquals(1, configurator.requests);
            }
        }

        @Test
        void thatThrowsEndsTheConnection() throws Exception {
            ClientEndpointConfig.Configurator throwing = new ClientEndpointConfig.Configurator() {
                @Override
                public void afterResponse(jakarta.websocket.HandshakeResponse response) {
                    throw new IllegalArgumentException("not this server");
                }
            };
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                DeploymentException failed = assertThrows(DeploymentException.class, () -> connect(server, throwing));
                assertEquals("not this server", failed.getCause().getMessage());
            }
        }
    }

    @Test
    void theHeaderLimitIsASetting() throws Exception {
        container.setSettings(Settings.builder()
                .set(Setting.MAX_HANDSHAKE_HEADER, 64)
                .set(Setting.CONNECT_TIMEOUT, Duration.ofSeconds(5))
                .build());
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            assertThrows(ConnectFailedException.class, () -> connect(server));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/",
                "//localhost/",
                "ws:opaque",
                "ws:///path",
                "ws://localhost/#fragment",
                "ws://localhost:0/",
                "ws://localhost:70000/",
                "ws://joe:secret@localhost/?secret"
            })
    void anythingButAWebSocketUriIsRefused(String uri) {
        DeploymentException refused = assertThrows(
                DeploymentException.class,
                () -> container.connectToServer(
                        endpoint, ClientEndpointConfig.Builder.create().build(), URI.create(uri)));
        assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
    }

    private Session connect(ScriptedServer server, ClientEndpointConfig.Configurator configurator) throws Exception {
        return container.connectToServer(
                endpoint,
                ClientEndpointConfig.Builder.create().configurator(configurator).build(),
                server.uri("/"));
    }

    private record TestExtension(String getName, List<Parameter> getParameters) implements Extension {}

    private record TestParameter(String getName, String getValue) implements Extension.Parameter {}
}
