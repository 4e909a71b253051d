package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * A handler that reads a stream takes as much of the message as it likes; that is its affair and not the next
 * message's.
 */
class StreamHandlerTest {
    private static final Settings SMALL =
            Settings.builder().set(Setting.INBOUND_BYTES, 10_000).build();

    @Test
    void whatAHandlerLeavesUnreadIsDroppedAndTheNextMessageIsDelivered() {
        FirstOctet endpoint = new FirstOctet();
        try (SessionHarness session = new SessionHarness(endpoint, SMALL)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[] {7}));
            SessionHarness.await("the handler returns", () -> endpoint.octets.size() == 1);
            session.transport.takeDemand();
            session.read(SessionHarness.frame(Opcode.CONTINUATION, false, new byte[12_000]));
            SessionHarness.await("reading goes on", session.transport::isDemanded);
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[12_000]));
            session.read(SessionHarness.binary(new byte[] {8}));
            SessionHarness.await("the next message", () -> endpoint.octets.equals(List.of(7, 8)));
        }
    }

    @Test
    void fragmentsOfOneOctetFillTheBoundByWhatTheyCost() {
        FirstOctet endpoint = new FirstOctet();
        endpoint.mayRead = new CountDownLatch(1);
        try (SessionHarness session = new SessionHarness(endpoint, SMALL)) {
            byte[][] fragments = new byte[1000][];
            fragments[0] = SessionHarness.frame(Opcode.BINARY, false, new byte[1]);
            for (int i = 1; i < fragments.length; i++) {
                fragments[i] = SessionHarness.frame(Opcode.CONTINUATION, false, new byte[1]);
            }
            session.read(fragments);
            SessionHarness.await("1000 arrays are more than 10,000 bytes", () -> {
                session.readOn();
                return session.connection.isReadingPaused();
            });
            endpoint.mayRead.countDown();
            SessionHarness.await("reading goes on", () -> !session.connection.isReadingPaused());
        }
    }

    @Test
    void aPeerThatStopsInTheMiddleOfAMessageDoesNotHoldTheHandlersThread() {
        Settings impatient = Settings.builder()
                .set(Setting.STREAM_READ_TIMEOUT, Duration.ofMillis(20))
                .build();
        WholeStream endpoint = new WholeStream();
        try (SessionHarness session = new SessionHarness(endpoint, impatient)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[] {1, 2, 3}));
            SessionHarness.await("the read fails", () -> endpoint.failure != null);
            assertEquals("no part of the message came for 20 ms", endpoint.failure.getMessage());
            assertEquals(3, endpoint.octets, "what came is read first");
            SessionHarness.await(
                    "the close", () -> session.received().contains("close:1008 a message was begun and not continued"));
            session.transport.end(); // without an answer
            session.connection.transportListener().onReadable();
            SessionHarness.await("onClose", () -> endpoint.closed != null);
            assertEquals(CloseReason.CloseCodes.VIOLATED_POLICY, endpoint.closed.getCloseCode());
        }
    }

    @Test
    void aLimitOfTimeCannotBeNothing() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Setting.STREAM_READ_TIMEOUT.parse("0"));
        assertEquals(
                "dev.hawser.streamReadTimeout=0 is not valid: expected more than 0; no limit can be switched off;"
                        + " the default is PT30S",
                refused.getMessage());
    }

    @Test
    void aHandlerAddedInTheMiddleOfAMessageGetsTheNextOne() {
        Late endpoint = new Late();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            session.read(SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}));
            endpoint.session.addMessageHandler(String.class, (MessageHandler.Whole<String>) endpoint.texts::add);
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'b'}));
            session.read(SessionHarness.text("whole"));
            SessionHarness.await("a message", () -> endpoint.texts.contains("whole"));
            assertEquals(List.of("whole"), endpoint.texts);
        }
    }

    @Test
    void aSendStreamHandsOnWhatIsWrittenLongBeforeItIsClosed() throws IOException {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            SessionHarness.await("open", () -> endpoint.session != null);
            byte[] piece = new byte[64 * 1024];
            try (OutputStream stream = endpoint.session.getBasicRemote().getSendStream()) {
                for (int i = 1; i <= 64; i++) {
                    stream.write(piece);
                    int sent = session.transport.written().length;
                    assertTrue(sent > (i - 1) * piece.length, i + " pieces written, only " + sent + " bytes sent");
                }
            }
            assertEquals(List.of("binary:" + 64 * piece.length), session.received());
        }
    }

    @Test
    void aSendWriterHandsOnWhatIsWrittenLongBeforeItIsClosed() throws IOException {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            SessionHarness.await("open", () -> endpoint.session != null);
            String piece = "x".repeat(64 * 1024);
            try (Writer writer = endpoint.session.getBasicRemote().getSendWriter()) {
                for (int i = 1; i <= 64; i++) {
                    writer.write(piece);
                    int sent = session.transport.written().length;
                    assertTrue(sent > (i - 1) * piece.length(), i + " pieces written, only " + sent + " bytes sent");
                }
            }
            assertEquals(List.of("text:" + piece.repeat(64)), session.received());
        }
    }

    /** Reads one octet of each message. */
    @ServerEndpoint("/test")
    public static class FirstOctet {
        final List<Integer> octets = new CopyOnWriteArrayList<>();
        CountDownLatch mayRead = new CountDownLatch(0);

        @OnMessage
        public void onBinary(InputStream message) throws IOException, InterruptedException {
            mayRead.await();
            octets.add(message.read());
        }
    }

    /** Reads all of each message. */
    @ServerEndpoint("/test")
    public static class WholeStream {
        int octets;
        volatile IOException failure;
        volatile CloseReason closed;

        @OnClose
        public void onClose(CloseReason reason) {
            closed = reason;
        }

        @OnMessage
        public void onBinary(InputStream message) throws IOException {
            try {
                while (message.read() >= 0) {
                    octets++;
                }
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }

    /** Has no handler when it opens. */
    public static class Late extends Endpoint {
        final List<String> texts = new CopyOnWriteArrayList<>();
        volatile Session session;

        @Override
        public void onOpen(Session opened, EndpointConfig config) {
            session = opened;
        }
    }
}
