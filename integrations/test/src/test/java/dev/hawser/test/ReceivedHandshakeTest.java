package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.internal.protocol.handshake.AcceptKey;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Opening handshakes of clients, which the test accepts, refuses or answers badly. */
class ReceivedHandshakeTest {
    private static final String URI = "ws://prices.example/eur";
    private static final Queue<String> ANSWERS = new ConcurrentLinkedQueue<>();

    private final ClientTester tester = ClientTester.builder()
            .settings(Settings.builder().set(Setting.COMPRESSION, true).build())
            .start();

    /** Adds a token, and remembers what the server answers. */
    public static class Tokens extends ClientEndpointConfig.Configurator {
        @Override
        public void beforeRequest(Map<String, List<String>> headers) {
            headers.put("Authorization", List.of("Bearer t0ken"));
        }

        @Override
        public void afterResponse(HandshakeResponse response) {
            ANSWERS.add(response.getHeaders().getOrDefault("X-Node", List.of()).toString());
        }
    }

    /** Answers in capital letters. */
    @ClientEndpoint(
            subprotocols = {"v2", "v1"},
            configurator = Tokens.class)
    public static class Loud {
        @OnMessage
        public String said(String text) {
            return text.toUpperCase(Locale.ROOT);
        }
    }

    @BeforeEach
    void forget() {
        ANSWERS.clear();
    }

    @AfterEach
    void close() {
        tester.close();
    }

    @Test
    void theConfiguratorsHeadersArriveAndItSeesTheAnswers() {
        TestConnect connect = tester.connect(Loud.class, URI);
        ReceivedHandshake handshake = connect.expectHandshake();
        assertEquals(List.of("Bearer t0ken"), handshake.header("authorization"));
        assertEquals(List.of("v2", "v1"), handshake.subprotocols());
        TestPeer server = handshake
                .chooseSubprotocol("v1")
                .answerHeader("X-Node", "a")
                .answerHeader("X-Node", "b")
                .accept();
        assertEquals("v1", connect.expectSession().getNegotiatedSubprotocol());
        assertEquals(List.of("a", "b"), server.responseHeaders().get("x-node"));
        assertEquals(List.of("[a, b]"), List.copyOf(ANSWERS));
    }

    @Test
    void messagesAreCompressedIfTheTestChoosesThat() {
        ReceivedHandshake handshake = tester.connect(Loud.class, URI).expectHandshake();
        assertEquals("permessage-deflate", handshake.extensions().get(0).name());
        TestPeer server = handshake.chooseExtensions("permessage-deflate").accept();
        assertEquals(
                List.of("permessage-deflate"),
                server.session().getNegotiatedExtensions().stream()
                        .map(Extension::getName)
                        .toList());
        String message = "a".repeat(10_000);
        server.sendText(message);
        server.expectText("A".repeat(10_000));
        assertTrue(server.sentBytes() < 200, () -> server.sentBytes() + " bytes sent");
        assertTrue(server.receivedBytes() < 200, () -> server.receivedBytes() + " bytes received");
    }

    @Test
    void withoutAChoiceNothingIsCompressed() {
        TestPeer server = tester.connect(Loud.class, URI).expectHandshake().accept();
        assertEquals(List.of(), server.session().getNegotiatedExtensions());
        server.sendText("a".repeat(1_000));
        server.expectText("A".repeat(1_000));
        assertTrue(server.sentBytes() >= 1_000, () -> server.sentBytes() + " bytes sent");
    }

    @Test
    void anExtensionThatWasNotOfferedCannotBeChosen() {
        ReceivedHandshake handshake = tester.connect(Loud.class, URI).expectHandshake();
        String message = assertThrows(IllegalArgumentException.class, () -> handshake.chooseExtensions("bzip2"))
                .getMessage();
        assertTrue(message.contains("bzip2") && message.contains("permessage-deflate"), message);
    }

    @Test
    void aMessageRightBehindTheAnswerIsNotLost() {
        TestPeer server = tester.connect(Loud.class, URI).expectHandshake().acceptWithoutWaiting();
        server.sendText("early");
        server.expectText("EARLY");
        server.expectOpened();
    }

    /** Keeps what it is told. */
    @ClientEndpoint
    public static class Listener {
        final Queue<String> heard = new ConcurrentLinkedQueue<>();

        @OnMessage
        public void hear(String text) {
            heard.add(text);
        }
    }

    @Test
    void norIsOneThatComesTogetherWithTheAnswer() {
        Listener listener = new Listener();
        ReceivedHandshake handshake = tester.connect(listener, URI).expectHandshake();
        String key = handshake.header("Sec-WebSocket-Key").get(0);
        handshake.answerRaw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + AcceptKey.of(key) + "\r\n\r\n" + "\u0081\u0002hi");
        tester.await("it hears that", () -> List.copyOf(listener.heard).equals(List.of("hi")));
    }

    @Test
    void aRefusalFailsTheConnectWithItsStatusAndFields() {
        TestConnect connect = tester.connect(Loud.class, URI);
        connect.expectHandshake().answerHeader("Retry-After", "7").refuse(503);
        HandshakeFailedException failure = connect.expectFailure(HandshakeFailedException.class);
        assertEquals(503, failure.status());
        assertEquals(List.of("7"), failure.headers().get("Retry-After"));
    }

    @Test
    void aRedirectLeadsToASecondHandshake() {
        tester.client().getProperties().put(ClientProperties.MAX_REDIRECTS, 1);
        TestConnect connect = tester.connect(Loud.class, URI);
        connect.expectHandshake()
                .answerHeader("Location", "wss://other.example/usd?from=eur")
                .refuse(302);
        ReceivedHandshake second = connect.expectHandshake();
        assertEquals(List.of("other.example"), second.header("Host"));
        assertEquals("/usd", second.path());
        assertEquals("from=eur", second.query());
        assertTrue(second.isSecure());
        assertEquals(List.of(), second.header("Authorization")); // not for another server
        second.accept();
        assertEquals(
                "wss://other.example/usd?from=eur",
                connect.expectSession().getRequestURI().toString());
    }

    @Test
    void aChallengeIsAnswered() {
        tester.client().getProperties().put(ClientProperties.CREDENTIALS, "ann:secret");
        TestConnect connect = tester.connect(new Loud(), URI);
        connect.expectHandshake()
                .answerHeader("WWW-Authenticate", "Basic realm=\"prices\"")
                .refuse(401);
        ReceivedHandshake second = connect.expectHandshake();
        assertEquals(List.of("Basic YW5uOnNlY3JldA=="), second.header("Authorization"));
        second.accept();
    }

    @Test
    void aWrongAcceptKeyIsRefused() {
        TestConnect connect = tester.connect(Loud.class, URI);
        connect.expectHandshake().answerHeader("Sec-WebSocket-Accept", "wrong").acceptWithoutWaiting();
        String message = connect.expectFailure(HandshakeFailedException.class).getMessage();
        assertTrue(message.contains("Sec-WebSocket-Accept"), message);
    }

    @Test
    void otherWrongAnswersAreRefused() {
        for (ClientRefusal each : List.<ClientRefusal>of(
                handshake -> handshake.answerWithoutHeader("upgrade").acceptWithoutWaiting(),
                handshake -> handshake.chooseSubprotocol("v3").acceptWithoutWaiting(),
                handshake -> handshake
                        .answerHeader("Sec-WebSocket-Extensions", "bzip2")
                        .acceptWithoutWaiting())) {
            TestConnect connect = tester.connect(Loud.class, URI);
            each.answer(connect.expectHandshake());
            assertEquals(
                    101, connect.expectFailure(HandshakeFailedException.class).status());
        }
    }

    private interface ClientRefusal {
        void answer(ReceivedHandshake handshake);
    }

    @Test
    void whatIsNotHttpFailsTheConnect() {
        TestConnect connect = tester.connect(Loud.class, URI);
        connect.expectHandshake().answerRaw("SSH-2.0-OpenSSH\r\n\r\n");
        assertEquals(
                ConnectFailedException.Step.HANDSHAKE,
                connect.expectFailure(ConnectFailedException.class).step());
    }

    @Test
    void aServerThatVanishesFailsTheConnect() {
        TestConnect connect = tester.connect(Loud.class, URI);
        connect.expectHandshake().vanish();
        assertEquals(
                ConnectFailedException.Step.HANDSHAKE,
                connect.expectFailure(ConnectFailedException.class).step());
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLongerThanTheConnectTimeout() {
        tester.client()
                .setSettings(Settings.builder()
                        .set(Setting.CONNECT_TIMEOUT, Duration.ofMillis(50))
                        .build());
        TestConnect connect = tester.connect(Loud.class, URI);
        assertTrue(
                connect.expectFailure(ConnectFailedException.class).getMessage().contains("connect timeout of 50 ms"));
    }

    @Test
    void aServerThatIsDownRefusesConnections() {
        tester.refuseConnections(true);
        ConnectFailedException failure = tester.connect(Loud.class, URI).expectFailure(ConnectFailedException.class);
        assertEquals(ConnectFailedException.Step.CONNECT, failure.step());
        assertInstanceOf(ConnectException.class, failure.getCause());
        tester.refuseConnections(false);
        tester.connect(Loud.class, URI).expectHandshake().accept();
    }

    @Test
    void aHandshakeIsAnsweredOnce() {
        ReceivedHandshake handshake = tester.connect(Loud.class, URI).expectHandshake();
        TestPeer server = handshake.accept();
        assertThrows(IllegalStateException.class, () -> handshake.refuse(500));
        assertThrows(IllegalStateException.class, handshake::acceptWithoutWaiting);
        assertThrows(IllegalStateException.class, handshake::vanish);
        server.sendPing(new byte[] {7});
        server.expectPong(new byte[] {7}); // the connection is as it was
    }

    /** No client endpoint. */
    public static class Plain {}

    @Test
    void aConnectThatSendsNoHandshakeSaysWhy() {
        TestConnect connect = tester.connect(new Plain(), URI);
        AssertionError error = assertThrows(AssertionError.class, connect::expectHandshake);
        assertInstanceOf(DeploymentException.class, error.getCause());
        assertTrue(
                error.getMessage().startsWith("Expected a handshake, but connectToServer threw "), error::getMessage);
        connect.expectFailure(DeploymentException.class);
    }
}
