package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs the snippets of docs/testing-clients.md. */
class TestingClientsPageTest {
    private static final Path PAGE = Path.of("../../docs/testing-clients.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/hawser/test/TestingClientsPageTest.java");

    /** Adds a token to the request. */
    public static class Token extends ClientEndpointConfig.Configurator {
        @Override
        public void beforeRequest(Map<String, List<String>> headers) {
            headers.put("Authorization", List.of("Bearer t0ken"));
        }
    }

    @ClientEndpoint(
            subprotocols = {"prices.v2", "prices.v1"},
            configurator = Token.class)
    public static class Prices {
        volatile String last = "";

        @OnOpen
        public void opened(Session session) {
            session.getAsyncRemote().sendText("subscribe");
        }

        @OnMessage
        public void price(String price) {
            last = price;
        }
    }

    @Test
    void eachSnippetOfThePageIsInThisTest() throws IOException {
        String tests = withoutBlanks(Files.readString(SOURCE));
        Matcher snippet = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int found = 0;
        while (snippet.find()) {
            found++;
            assertTrue(tests.contains(withoutBlanks(snippet.group(1))), snippet.group(1));
        }
        assertEquals(10, found);
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void firstTest() {
        Prices prices = new Prices();
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(prices, "ws://prices.example/eur?day=today");
            TestPeer server = connect.expectHandshake().accept();
            server.expectText("subscribe");
            server.sendText("1.08");
            tester.await("the price is known", () -> prices.last.equals("1.08"));
            server.close(1001);
            server.expectClose(1001);
            server.expectSessionEnded();
        }
    }

    @Test
    void theHandshakeAndTheSettings() {
        ClientTester tester = ClientTester.builder()
                .settings(Settings.builder().set(Setting.COMPRESSION, true).build())
                .deadline(Duration.ofSeconds(3))
                .start();
        try (tester) {
            TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur?day=today");
            ReceivedHandshake handshake = connect.expectHandshake();
            assertEquals("/eur", handshake.path());
            assertEquals("day=today", handshake.query());
            assertEquals(List.of("Bearer t0ken"), handshake.header("Authorization"));
            assertEquals(List.of("prices.v2", "prices.v1"), handshake.subprotocols());
            TestPeer server = handshake
                    .chooseSubprotocol("prices.v1")
                    .chooseExtensions("permessage-deflate")
                    .answerHeader("X-Node", "a")
                    .accept();
            server.expectText("subscribe");
        }
    }

    @Test
    void aRefusal() {
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur");
            connect.expectHandshake().answerHeader("Retry-After", "7").refuse(503);
            HandshakeFailedException failure = connect.expectFailure(HandshakeFailedException.class);
            assertEquals(503, failure.status());
        }
    }

    @Test
    void aRedirect() {
        try (ClientTester tester = ClientTester.create()) {
            tester.client().getProperties().put(ClientProperties.MAX_REDIRECTS, 1);
            TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur");
            connect.expectHandshake().answerHeader("Location", "/v2/eur").refuse(302);
            ReceivedHandshake second = connect.expectHandshake();
            assertEquals("/v2/eur", second.path());
        }
    }

    @Test
    void aWrongAnswer() {
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur");
            connect.expectHandshake()
                    .answerHeader("Sec-WebSocket-Accept", "wrong")
                    .acceptWithoutWaiting();
            connect.expectFailure(HandshakeFailedException.class);
        }
    }

    @Test
    void aServerThatMasks() {
        try (ClientTester tester = ClientTester.create()) {
            TestPeer server = tester.connect(Prices.class, "ws://prices.example/eur")
                    .expectHandshake()
                    .accept();
            server.expectText("subscribe");
            server.sendMasked("1.08");
            server.expectClose(1002);
            server.expectSessionEnded();
        }
    }

    @ClientEndpoint
    public static class Faithful {
        @OnClose
        public void closed(Session session, CloseReason reason) throws Exception {
            if (reason.getCloseCode() != CloseReason.CloseCodes.GOING_AWAY) {
                session.getContainer().connectToServer(this, session.getRequestURI());
            }
        }
    }

    @Test
    void aClientThatConnectsAgain() {
        try (ClientTester tester = ClientTester.create()) {
            TestPeer first = tester.connect(new Faithful(), "ws://feed.example/news")
                    .expectHandshake()
                    .accept();
            first.vanish();
            TestPeer second = tester.expectHandshake().accept();
            second.sendPing(new byte[1]);
            second.expectPong(new byte[1]);
        }
    }
}
