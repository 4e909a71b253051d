package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Client endpoints under test, whose server is the test. */
class ClientTesterTest {
    private static final String URI = "ws://prices.example:8080/eur?day=today";

    /** Subscribes, and keeps what it is told. */
    @ClientEndpoint
    public static class Prices {
        final Queue<String> heard = new ConcurrentLinkedQueue<>();

        @OnOpen
        public void opened(Session session) {
            session.getAsyncRemote().sendText("subscribe");
        }

        @OnMessage
        public void price(String price) {
            heard.add(price);
        }

        @OnMessage
        public byte[] echo(byte[] message) {
            return message;
        }

        @OnClose
        public void closed(CloseReason reason) {
            heard.add("closed " + reason.getCloseCode().getCode());
        }
    }

    @Test
    void anAnnotatedObjectTalksToTheTest() {
        Prices prices = new Prices();
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(prices, URI);
            TestPeer server = connect.expectHandshake().accept();
            HawserSession session = connect.expectSession();
            assertSame(session, server.session());
            assertTrue(session.isOpen());
            server.expectText("subscribe");
            server.sendText("1.08");
            server.sendTextInFragments("1.", "09");
            server.sendBinary(new byte[] {1, 2});
            server.expectBinary(new byte[] {1, 2});
            server.sendPing(new byte[] {3});
            server.expectPong(new byte[] {3});
            server.close(1001);
            server.expectClose(1001);
            server.expectEnd();
            server.expectSessionEnded();
            assertEquals(List.of("1.08", "1.09", "closed 1001"), List.copyOf(prices.heard));
            assertFalse(session.isOpen());
        }
    }

    @Test
    void theClientCloses() throws Exception {
        Prices prices = new Prices();
        Settings patient = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMinutes(10))
                .build();
        try (ClientTester tester = ClientTester.builder().settings(patient).start()) {
            TestPeer server = tester.connect(prices, URI).expectHandshake().accept();
            server.expectText("subscribe");
            server.session().close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, "enough"));
            server.expectClose(1000, "enough");
            server.expectEnd(); // since the test's side, as a server, has ended the connection first
            server.expectSessionEnded();
            assertEquals(List.of("closed 1000"), List.copyOf(prices.heard));
        }
    }

    @Test
    void theRequestIsSeenAsAServerSeesIt() {
        try (ClientTester tester = ClientTester.create()) {
            ReceivedHandshake handshake = tester.connect(Prices.class, URI).expectHandshake();
            assertEquals("/eur", handshake.path());
            assertEquals("day=today", handshake.query());
            assertEquals(List.of("prices.example:8080"), handshake.header("host"));
            assertEquals(List.of("13"), handshake.headers().get("Sec-WebSocket-Version"));
            assertEquals(List.of(), handshake.subprotocols());
            assertEquals(List.of(), handshake.extensions());
            assertFalse(handshake.isSecure());

            ReceivedHandshake secure =
                    tester.connect(Prices.class, "wss://prices.example/").expectHandshake();
            assertTrue(secure.isSecure());
            assertNull(secure.query());
            TestPeer server = secure.accept();
            assertTrue(server.session().isSecure());
        }
    }

    /** A programmatic endpoint. */
    public static class Echo extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) session.getAsyncRemote()::sendText);
        }
    }

    @Test
    void programmaticEndpoints() {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .preferredSubprotocols(List.of("v2", "v1"))
                .build();
        try (ClientTester tester = ClientTester.create()) {
            for (TestConnect connect :
                    List.of(tester.connect(new Echo(), config, URI), tester.connect(Echo.class, config, URI))) {
                ReceivedHandshake handshake = connect.expectHandshake();
                assertEquals(List.of("v2", "v1"), handshake.subprotocols());
                TestPeer server = handshake.chooseSubprotocol("v1").accept();
                assertEquals("v1", server.session().getNegotiatedSubprotocol());
                assertEquals("v1", server.subprotocol());
                server.sendText("hi");
                server.expectText("hi");
            }
            TestPeer server =
                    tester.connect(new Echo(), null, URI).expectHandshake().accept();
            assertEquals("", server.session().getNegotiatedSubprotocol());
        }
    }
}
