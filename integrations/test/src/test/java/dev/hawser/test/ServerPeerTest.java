package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.extension.Opcode;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server does to a client under test: good frames and bad ones, ends of all kinds, and silence. */
class ServerPeerTest {
    private static final String URI_TEXT = "ws://news.example/today?token=s3cret";

    /** Keeps why it was closed. */
    @ClientEndpoint
    public static class Reader {
        final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @OnMessage
        public void read(String text) {
            seen.add(text);
        }

        @OnClose
        public void closed(Session session, CloseReason reason) {
            seen.add(((HawserSession) session).getCloseCause() + " "
                    + reason.getCloseCode().getCode());
        }
    }

    private static TestPeer serverOf(ClientTester tester, Object endpoint) {
        return tester.connect(endpoint, URI_TEXT).expectHandshake().accept();
    }

    private static List<String> afterwards(Misbehaviour server) {
        Reader reader = new Reader();
        try (ClientTester tester = ClientTester.create()) {
            TestPeer peer = serverOf(tester, reader);
            server.of(peer);
            peer.expectSessionEnded();
            return List.copyOf(reader.seen);
        }
    }

    private interface Misbehaviour {
        void of(TestPeer server);
    }

    @Test
    void brokenServersAreOneLine() {
        assertEquals(List.of("PEER_VANISHED 1006"), afterwards(TestPeer::vanish));
        assertEquals(List.of("PEER_VANISHED 1006"), afterwards(TestPeer::vanishMidFrame));
        assertEquals(List.of("CONNECTION_BROKEN 1006"), afterwards(TestPeer::reset));
        assertEquals(List.of("PROTOCOL_ERROR 1002"), afterwards(server -> {
            server.sendMasked("hi");
            server.expectClose(1002);
        }));
        assertEquals(List.of("PROTOCOL_ERROR 1002"), afterwards(server -> {
            server.sendRaw(new byte[] {(byte) 0x83, 0}); // an opcode that is not defined
            server.expectClose(1002);
        }));
        assertEquals(List.of("PROTOCOL_ERROR 1002"), afterwards(server -> {
            server.sendFrame(Opcode.CONTINUATION, true, new byte[1]);
            server.expectClose(1002);
        }));
    }

    @Test
    void anUnmaskedTextIsWhatServersSend() {
        assertEquals(List.of("hi", "CLOSED_BY_PEER 1001"), afterwards(server -> {
            server.sendUnmasked("hi");
            server.close(1001, "later");
            server.expectClose(1001);
        }));
    }

    @Test
    void controlFramesBetweenFragments() {
        assertEquals(List.of("one two", "CLOSED_BY_PEER 1000"), afterwards(server -> {
            server.sendFrame(Opcode.TEXT, false, "one ".getBytes(StandardCharsets.UTF_8));
            server.sendPing(new byte[] {7});
            server.sendFrame(Opcode.CONTINUATION, true, "two".getBytes(StandardCharsets.UTF_8));
            server.expectPong(new byte[] {7});
            server.close(1000);
            server.expectClose(1000);
        }));
    }

    @Test
    void aServerThatDoesNotAnswerTheCloseIsCut() throws Exception {
        Reader reader = new Reader();
        try (ClientTester tester = ClientTester.create()) {
            TestPeer server = serverOf(tester, reader);
            server.stopAnswering();
            server.session().close();
            server.expectClose(1000);
            server.expectNothingFor(Duration.ofSeconds(9)); // closeTimeout is 10 s
            tester.advance(Duration.ofSeconds(2));
            server.expectEnd();
            server.expectSessionEnded();
            assertEquals(1, reader.seen.size());
        }
    }

    @Test
    void aClientPingsInTheTestsTime() {
        Settings pinging = Settings.builder()
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofHours(1))
                .build();
        try (ClientTester tester = ClientTester.builder().settings(pinging).start()) {
            TestPeer server = serverOf(tester, new Reader());
            tester.advance(Duration.ofMinutes(90));
            server.expectPing();
            assertThrows(IllegalArgumentException.class, () -> tester.advance(Duration.ofSeconds(-1)));
        }
    }

    @Test
    void sendsWaitForAServerThatDoesNotRead() throws Exception {
        try (ClientTester tester = ClientTester.create()) {
            TestPeer server = serverOf(tester, new Reader());
            server.stopReading();
            byte[] big = new byte[200_000];
            Future<Void> sent = server.session().getAsyncRemote().sendBinary(ByteBuffer.wrap(big));
            tester.await("the send waits", () -> server.session().getBufferedAmount() > 0);
            server.expectNothingFor(Duration.ofMillis(20));
            server.resumeReading();
            assertEquals(big.length, server.expectBinary().length);
            sent.get(30, TimeUnit.SECONDS);
        }
    }

    /** Closes the client, with all its connections. */
    @ClientEndpoint
    public static class Closing {
        private final AutoCloseable client;
        final Queue<String> seen = new ConcurrentLinkedQueue<>();

        Closing(AutoCloseable client) {
            this.client = client;
        }

        @OnMessage
        public void bye(String text) throws Exception {
            client.close();
            seen.add("closed");
        }

        @OnClose
        public void closed(CloseReason reason) {
            seen.add(String.valueOf(reason.getCloseCode().getCode()));
        }
    }

    @Test
    void aCallbackMayCloseTheClientWhosePeersThenAnswer() {
        Settings patient = Settings.builder()
                .set(Setting.STOP_TIMEOUT, Duration.ofMinutes(10))
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMinutes(10))
                .build();
        try (ClientTester tester = ClientTester.builder().settings(patient).start()) {
            Closing closing = new Closing(tester.client());
            TestPeer server = serverOf(tester, closing);
            TestPeer other = serverOf(tester, new Reader());
            server.sendText("bye");
            server.expectClose(1001);
            other.expectClose(1001);
            tester.await("the callback returns", () -> closing.seen.contains("closed"));
            server.expectSessionEnded();
        }
    }

    @Test
    @Timeout(60)
    void theEndOfTheTesterIsThatOfItsClient() {
        Reader reader = new Reader();
        TestPeer server;
        Settings patient = Settings.builder()
                .set(Setting.STOP_TIMEOUT, Duration.ofMinutes(10))
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMinutes(10))
                .build();
        ClientTester tester = ClientTester.builder().settings(patient).start();
        TestConnect waiting;
        try (tester) {
            server = serverOf(tester, reader);
            serverOf(tester, new Reader()).stopAnswering();
            serverOf(tester, new Reader()).stopReading();
            waiting = tester.connect(new Reader(), URI_TEXT);
            waiting.expectHandshake();
        }
        server.expectClose(1001);
        assertEquals(List.of("STOPPED 1001"), List.copyOf(reader.seen));
        waiting.expectFailure(ConnectFailedException.class);
        tester.await("the threads end", () -> threads().isEmpty());
        tester.connect(new Reader(), URI_TEXT).expectFailure(IllegalStateException.class);
    }

    /** Those of the engine and of the network that still run; the connect's own may. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.matches("hawser-client-test-\\d+-(?!connect).*"))
                .toList();
    }

    /** Its onOpen waits for the test. */
    @ClientEndpoint
    public static class Slow {
        final CountDownLatch mayOpen = new CountDownLatch(1);

        @OnOpen
        public void opened() throws InterruptedException {
            if (!mayOpen.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not let it open");
            }
        }
    }

    @Test
    void anOnOpenThatWaitsForTheTest() {
        Slow slow = new Slow();
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(slow, URI_TEXT);
            TestPeer server = connect.expectHandshake().acceptWithoutWaiting();
            slow.mayOpen.countDown();
            server.expectOpened();
            assertEquals(connect.expectSession(), server.session());
        }
    }

    @Test
    void failuresSayWhatCameInstead() {
        try (ClientTester tester =
                ClientTester.builder().deadline(Duration.ofMillis(100)).start()) {
            assertEquals(
                    "Expected a handshake, but none came within 100 ms.",
                    assertThrows(AssertionError.class, tester::expectHandshake).getMessage());
        }
        try (ClientTester tester = ClientTester.create()) {
            TestConnect refused = tester.connect(new Reader(), URI_TEXT);
            ReceivedHandshake handshake = refused.expectHandshake();
            AssertionError error = assertThrows(
                    AssertionError.class,
                    () -> handshake.answerHeader("Sec-WebSocket-Accept", "x").accept());
            assertTrue(
                    error.getMessage()
                            .startsWith("Expected that the client accepts the handshake, but connectToServer threw "
                                    + HandshakeFailedException.class.getName()),
                    error::getMessage);
            String session =
                    assertThrows(AssertionError.class, refused::expectSession).getMessage();
            assertTrue(session.startsWith("Expected that connectToServer returns, but it threw "), session);

            TestConnect accepted = tester.connect(new Reader(), URI_TEXT);
            TestPeer server = accepted.expectHandshake().accept();
            accepted.expectSession();
            assertEquals(
                    "Expected a handshake, but connectToServer has returned.",
                    assertThrows(AssertionError.class, accepted::expectHandshake)
                            .getMessage());
            assertEquals(
                    "Expected that connectToServer throws java.io.IOException, but it returned a session",
                    assertThrows(AssertionError.class, () -> accepted.expectFailure(IOException.class))
                            .getMessage());
            server.sendText("hi");
            server.session().getAsyncRemote().sendText("hello");
            assertEquals(
                    "Expected text \"bye\", but text \"hello\" came.\nPeer of /today. Sent and received:\n"
                            + "  sent text \"hi\"\n  received text \"hello\"",
                    assertThrows(AssertionError.class, () -> server.expectText("bye"))
                            .getMessage());
        }
    }
}
