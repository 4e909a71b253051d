package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages, control frames and closes, and the peers that break off. */
class TestPeerTest {
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    /** Echoes, does what a text says, and notes how it ends. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public void text(Session session, String message) throws IOException {
            switch (message) {
                case "close" -> session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4001), "enough"));
                case "ping" -> session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {7}));
                case "flood" -> {
                    for (int i = 0; i < 8; i++) {
                        session.getAsyncRemote().sendText("x".repeat(20_000), result -> SEEN.add("sent"));
                    }
                }
                default -> session.getBasicRemote().sendText(message);
            }
        }

        @OnMessage
        public byte[] binary(byte[] message) {
            return message;
        }

        @OnMessage
        public void pong(PongMessage pong) {
            SEEN.add("pong " + pong.getApplicationData().get());
        }

        @OnError
        public void error(Throwable error) {
            SEEN.add("error");
        }

        @OnClose
        public void close(CloseReason reason) {
            SEEN.add("close " + reason.getCloseCode().getCode());
        }
    }

    private final EndpointTester tester = EndpointTester.of(Echo.class);
    private final TestPeer peer = tester.connect("/echo");

    @BeforeEach
    void begin() {
        SEEN.clear();
    }

    @AfterEach
    void end() {
        tester.close();
    }

    private void endsWith(String... seen) {
        peer.expectSessionEnded();
        assertEquals(Arrays.asList(seen), SEEN.stream().toList());
    }

    @Test
    void textAndBinaryComeBackWhole() {
        byte[] large = new byte[60_000];
        Arrays.fill(large, (byte) 0xA5);
        peer.sendText("grüß 😀");
        peer.sendBinary(large);
        peer.sendText("");
        peer.expectText("grüß 😀");
        assertArrayEquals(large, peer.expectBinary());
        peer.expectText("");
    }

    @Test
    void fragmentsAreOneMessage() {
        peer.sendTextInFragments("gr", "", "üß");
        peer.sendBinaryInFragments(new byte[] {1}, new byte[] {2, 3});
        peer.expectText("grüß");
        peer.expectBinary(new byte[] {1, 2, 3});
    }

    @Test
    void halfACharacterIsRefusedSinceItWouldBeSentAsAQuestionMark() {
        assertThrows(IllegalArgumentException.class, () -> peer.sendText("\uD83D"));
        assertThrows(IllegalArgumentException.class, () -> peer.sendTextInFragments("\uD83D", "\uDE00"));
        byte[] face = "😀".getBytes(StandardCharsets.UTF_8);
        peer.sendFrame(Opcode.TEXT, false, Arrays.copyOf(face, 1));
        peer.sendFrame(Opcode.CONTINUATION, true, Arrays.copyOfRange(face, 1, face.length));
        peer.expectText("😀");
    }

    @Test
    void aPingBetweenFragmentsIsAnsweredFirst() {
        peer.sendFrame(Opcode.TEXT, false, "a".getBytes(StandardCharsets.UTF_8));
        peer.sendPing(new byte[] {1, 2});
        peer.expectPong(new byte[] {1, 2});
        peer.sendFrame(Opcode.CONTINUATION, true, "b".getBytes(StandardCharsets.UTF_8));
        peer.expectText("ab");
    }

    @Test
    void aPingOfTheServerIsAnsweredAndPassedOverUnlessItIsExpected() {
        peer.sendText("ping");
        peer.sendText("after");
        peer.expectText("after");
        peer.sendText("ping");
        peer.expectPing(new byte[] {7});
        tester.await("both are answered", () -> List.of("pong 7", "pong 7").equals(List.copyOf(SEEN)));
    }

    @Test
    void thePeersCloseIsAnsweredWithItsCode() {
        peer.close(4000, "bye");
        peer.expectClose(4000);
        peer.expectEnd();
        endsWith("close 4000");
    }

    @Test
    void aCloseWithoutACodeIs1005() {
        peer.close();
        assertEquals(1005, peer.expectClose().getCloseCode().getCode());
        endsWith("close 1005");
    }

    @Test
    void theServersCloseIsAnsweredByThePeer() {
        peer.sendText("close");
        peer.expectClose(4001, "enough");
        peer.expectEnd();
        endsWith("close 4001");
    }

    @Test
    void aPeerThatVanishesIsA1006() {
        peer.vanish();
        endsWith("close 1006");
    }

    @Test
    void aPeerThatVanishesInAFrameIsAnErrorAndA1006() {
        peer.vanishMidFrame();
        endsWith("error", "close 1006");
    }

    @Test
    void aResetIsAnErrorAndA1006() {
        peer.sendText("a");
        peer.expectText("a"); // so that the server reads
        peer.reset();
        endsWith("error", "close 1006");
    }

    @Test
    void anUnmaskedFrameIsA1002() {
        peer.sendUnmasked("hi");
        peer.expectClose(1002);
        peer.expectEnd();
        endsWith("error", "close 1002");
    }

    @Test
    void aPeerWhoseServerHasEndedItsDirectionEndsItsOwn() {
        try (EndpointTester patient = EndpointTester.builder()
                .endpoint(Echo.class)
                .settings(Settings.builder()
                        .set(Setting.CLOSE_TIMEOUT, Duration.ofSeconds(50))
                        .build())
                .start()) {
            patient.connect("/echo").sendUnmasked("hi");
            // after a violation the server waits for this, or for closeTimeout, before it frees the connection
            patient.await(
                    "its place is free",
                    () -> patient.container().getConnectionCounts().sessions() == 0);
        }
    }

    @Test
    void rawBytesReachTheEngineAsTheyAre() {
        peer.sendRaw(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h'}); // a masked text of 2, and its first octet
        peer.sendRaw(new byte[] {'i'});
        peer.expectText("hi");
        peer.sendRaw(new byte[] {(byte) 0xF1, (byte) 0x80, 0, 0, 0, 0}); // RSV1 to RSV3, of no extension
        peer.expectClose(1002);
    }

    @Test
    void theSendsToAPeerThatDoesNotReadWaitUntilItReads() {
        peer.stopReading();
        peer.sendText("flood"); // 160 KB: the network holds 64 KiB
        tester.await("some were sent", () -> SEEN.size() >= 1);
        peer.expectNothingFor(Duration.ofMillis(50));
        tester.await("others wait", () -> peer.session().getBufferedAmount() > 0);
        peer.resumeReading();
        for (int i = 0; i < 8; i++) {
            peer.expectText("x".repeat(20_000));
        }
        tester.await("all were sent", () -> SEEN.size() == 8);
    }

    @Test
    void theSendsToAPeerThatHasGoneAreLostAndDoNotWait() {
        peer.stopReading();
        peer.sendText("flood");
        tester.await("some wait", () -> !SEEN.isEmpty() && peer.session().getBufferedAmount() > 0);
        peer.vanish();
        peer.expectSessionEnded();
        assertTrue(SEEN.contains("close 1006"), SEEN::toString);
    }

    @Test
    void bothMayCloseAtTheSameTime() {
        try (EndpointTester real =
                EndpointTester.builder().endpoint(Echo.class).realThreads().start()) {
            for (int i = 0; i < 50; i++) {
                SEEN.clear();
                TestPeer closing = real.connect("/echo");
                closing.sendText("close");
                closing.close(4000);
                int code = closing.expectClose().getCloseCode().getCode();
                assertEquals(4001, code); // the text comes first, so that both are under way
                closing.expectEnd();
                closing.expectSessionEnded();
                assertEquals(1, SEEN.size(), SEEN::toString);
            }
        }
    }

    @Test
    void theServerWaitsForAPeerThatDoesNotAnswerItsClose() {
        peer.stopAnswering();
        peer.sendText("close");
        peer.expectClose(4001);
        peer.expectNothingFor(Duration.ofMillis(50)); // the server waits for the answer
        assertEquals(0, SEEN.size());
        peer.close(4001);
        peer.expectEnd();
        endsWith("close 4001");
    }

    @Test
    void aTesterDoesNotWaitForPeersThatDoNotAnswer() {
        EndpointTester patient = EndpointTester.builder()
                .endpoint(Echo.class)
                .settings(Settings.builder()
                        .set(Setting.STOP_TIMEOUT, Duration.ofSeconds(50))
                        .set(Setting.CLOSE_TIMEOUT, Duration.ofSeconds(50))
                        .build())
                .start();
        patient.connect("/echo").stopReading();
        patient.connect("/echo").stopAnswering();
        long began = System.nanoTime();
        patient.close();
        assertTrue(System.nanoTime() - began < Duration.ofSeconds(30).toNanos());
    }
}
