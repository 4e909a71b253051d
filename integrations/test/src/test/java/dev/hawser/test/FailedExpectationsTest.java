package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A failed expectation says what was expected, what came instead, and what went before. */
class FailedExpectationsTest {
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String text(String message) {
            return message;
        }
    }

    /** Pings and closes. */
    @ServerEndpoint("/ends")
    public static class Ending {
        @OnOpen
        public void open(Session session) throws IOException {
            session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {7}));
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4001), "enough"));
        }
    }

    private final EndpointTester tester = EndpointTester.builder()
            .endpoint(Echo.class)
            .endpoint(Ending.class)
            .deadline(Duration.ofSeconds(30))
            .start();

    @AfterEach
    void end() {
        tester.close();
    }

    private static String failure(Executable expectation) {
        return assertThrows(AssertionError.class, expectation).getMessage();
    }

    private static String firstLine(Executable expectation) {
        return failure(expectation).lines().findFirst().orElse("");
    }

    @Test
    void anotherTextIsShownWithAllThatWentBefore() {
        TestPeer peer = tester.connect("/echo?token=secret");
        peer.sendText("ho");
        assertEquals("""
                Expected text "hi", but text "ho" came.
                Peer of /echo. Sent and received:
                  sent text "ho"
                  received text "ho\"""", failure(() -> peer.expectText("hi")));
    }

    @Test
    void anotherKindIsShown() {
        TestPeer peer = tester.connect("/echo");
        peer.sendText("ho\n\"");
        assertEquals(
                "Expected binary 01 ff, but text \"ho\\n\\\"\" came.",
                firstLine(() -> peer.expectBinary(new byte[] {1, (byte) 0xFF})));
        peer.sendText("ho");
        assertEquals("Expected a binary message, but text \"ho\" came.", firstLine(peer::expectBinary));
    }

    @Test
    void otherBytesAreShown() {
        TestPeer peer = tester.connect("/echo");
        peer.sendPing(new byte[] {1, 2});
        assertEquals("Expected pong 01 03, but pong 01 02 came.", firstLine(() -> peer.expectPong(new byte[] {1, 3})));
        peer.sendPing(new byte[0]);
        assertEquals(
                "Expected binary without payload, but pong without payload came.",
                firstLine(() -> peer.expectBinary(new byte[0])));
    }

    @Test
    void aCloseInsteadOfATextIsShownWithItsReason() {
        TestPeer peer = tester.connect("/echo");
        peer.sendUnmasked("hi");
        String message = firstLine(() -> peer.expectText("hi"));
        assertTrue(message.startsWith("Expected text \"hi\", but close 1002 \""), message);
    }

    @Test
    void anotherCloseCodeIsShown() {
        TestPeer peer = tester.connect("/echo");
        peer.close(1000, "bye");
        assertEquals("Expected close 1001, but close 1000 \"bye\" came.", firstLine(() -> peer.expectClose(1001)));
    }

    @Test
    void theEndInsteadOfACloseIsShown() {
        TestPeer peer = tester.connect("/echo");
        peer.close(1000);
        peer.expectClose(1000);
        assertEquals("Expected a close, but the end of the connection came.", firstLine(peer::expectClose));
    }

    @Test
    void silenceIsShownWithTheDeadline() {
        try (EndpointTester hasty = EndpointTester.builder()
                .endpoint(Echo.class)
                .deadline(Duration.ofMillis(20))
                .start()) {
            TestPeer peer = hasty.handshake("/echo").connectWithoutWaiting();
            assertEquals(
                    "Expected text \"hi\", but nothing came within 20 ms.\n"
                            + "Peer of /echo. Nothing was sent or received.",
                    failure(() -> peer.expectText("hi")));
            assertEquals(
                    "Expected the session to end, but that was not so within 20 ms.",
                    firstLine(peer::expectSessionEnded));
            assertEquals("Not so within 20 ms: a miracle", firstLine(() -> hasty.await("a miracle", () -> false)));
        }
    }

    @Test
    void theDeadlineIsTenSecondsIfNobodySaysOtherwise() {
        try (EndpointTester usual = EndpointTester.of(Echo.class)) {
            assertEquals(Duration.ofSeconds(10), usual.deadline());
        }
    }

    @Test
    void nothingIsAwaitedOnceTheConnectionHasEnded() {
        TestPeer peer = tester.connect("/echo");
        peer.close(1000);
        peer.expectClose(1000);
        peer.expectEnd();
        assertEquals("Expected text \"hi\", but the connection has ended.", firstLine(() -> peer.expectText("hi")));
        peer.expectNothingFor(Duration.ofSeconds(100)); // at once
    }

    @Test
    void nothingIsAwaitedOnceThePeerHasLeft() {
        TestPeer vanished = tester.connect("/echo");
        vanished.vanish();
        assertEquals("Expected a close, but the connection has ended.", firstLine(vanished::expectClose));
        TestPeer reset = tester.connect("/echo");
        reset.reset();
        assertEquals("Expected a text, but the connection has ended.", firstLine(reset::expectText));
    }

    @Test
    void thePeersOwnAnswersAreShown() {
        TestPeer peer = tester.connect("/ends");
        String message = failure(() -> peer.expectText("hi"));
        assertEquals("""
                Expected text "hi", but close 4001 "enough" came.
                Peer of /ends. Sent and received:
                  received ping 07
                  answered pong 07
                  received close 4001 "enough"
                  answered close 4001""", message.lines().limit(6).collect(Collectors.joining("\n")));
    }

    @Test
    void somethingInsteadOfNothingIsShown() {
        TestPeer peer = tester.connect("/echo");
        peer.sendText("hi");
        assertEquals(
                "Expected nothing for 20 s, but text \"hi\" came.",
                firstLine(() -> peer.expectNothingFor(Duration.ofSeconds(20))));
    }

    @Test
    void longTextsAreCutAndTheirDifferenceIsNamed() {
        TestPeer peer = tester.connect("/echo");
        peer.sendText("x".repeat(500) + "a");
        String message = firstLine(() -> peer.expectText("x".repeat(500) + "b"));
        String cut = "text \"" + "x".repeat(200) + "\"... (501 characters)";
        assertEquals("Expected " + cut + ", but " + cut + " came. They differ from index 500 on.", message);
    }

    @Test
    void aLongConversationIsCutAtItsBeginning() {
        TestPeer peer = tester.connect("/echo");
        for (int i = 0; i < 15; i++) {
            peer.sendText("m" + i);
            peer.expectText("m" + i);
        }
        peer.sendText("last");
        String message = failure(() -> peer.expectText("first"));
        assertTrue(message.contains("Sent and received, after 12 others:\n  sent text \"m6\"\n"), message);
    }

    @Test
    void aRefusedHandshakeSaysWithWhat() {
        assertEquals(
                "The handshake for /echo was refused with 403 \"Pages of this origin may not connect here\"",
                failure(() -> tester.handshake("/echo?token=secret")
                        .origin("https://evil.example")
                        .connect()));
        assertEquals(
                "The handshake for /eco was refused with 404 \"No endpoint answers. There are: [/echo, /ends]\"",
                failure(() -> tester.connect("/eco")));
    }

    @Test
    void anAcceptedHandshakeThatShouldBeRefusedLeavesNoSession() {
        assertEquals(
                "Expected that the handshake for /echo is refused with 403, but it was accepted",
                failure(() -> tester.handshake("/echo").expectRefused(403)));
        assertEquals(
                "Expected that the handshake for /eco is refused with 403, but it was refused with 404 \"No endpoint"
                        + " answers. There are: [/echo, /ends]\"",
                failure(() -> tester.handshake("/eco").expectRefused(403)));
        assertEquals(0, tester.container().getConnectionCounts().sessions());
    }

    @Test
    void anInterruptedTestFailsAndKeepsItsFlag() {
        TestPeer peer = tester.connect("/echo");
        Thread.currentThread().interrupt();
        String message = firstLine(peer::expectText);
        assertTrue(Thread.interrupted());
        assertEquals("Expected a text, but the thread of the test was interrupted.", message);
        Thread.currentThread().interrupt();
        String ended = firstLine(peer::expectSessionEnded);
        String awaited = firstLine(() -> tester.await("a miracle", () -> false));
        String connected = firstLine(() -> tester.connect("/echo"));
        assertTrue(Thread.interrupted());
        assertEquals("Expected the session to end, but the thread of the test was interrupted.", ended);
        assertEquals("Not so, and the thread of the test was interrupted. Awaited: a miracle", awaited);
        assertEquals("Expected onOpen to return, but the thread of the test was interrupted.", connected);
    }
}
