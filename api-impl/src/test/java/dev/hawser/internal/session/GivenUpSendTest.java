package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the wire when a send fails half-way, or its buffer changes once the send has returned. */
class GivenUpSendTest {
    private final Sender endpoint = new Sender();

    @Test
    void anEncoderThatThrowsInTheMiddleOfItsMessageClosesTheConnection() {
        try (SessionHarness session = open(Settings.defaults())) {
            EncodeException failed = assertThrows(
                    EncodeException.class,
                    () -> endpoint.session.getBasicRemote().sendObject(new Half(20_000)));
            assertEquals("half", failed.getMessage());
            assertTrue(
                    session.received().get(0).startsWith("close:1011"),
                    session.received().toString());
            assertEquals(1, session.received().size(), "half a message is no message");
        }
    }

    @Test
    void anEncoderThatThrowsBeforeAnythingWasSentHarmsNoOtherSend() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            assertThrows(
                    EncodeException.class,
                    () -> endpoint.session.getBasicRemote().sendObject(new Half(10)));
            endpoint.session.getBasicRemote().sendText("next");
            assertEquals(List.of("text:next"), session.received());
        }
    }

    @Test
    void aStreamWhoseFlushWasInterruptedSendsNothingTwice() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            AtomicReference<Throwable> closing = new AtomicReference<>();
            Thread writer = new Thread(() -> {
                try (OutputStream stream = endpoint.session.getBasicRemote().getSendStream()) {
                    stream.write(new byte[100]);
                    stream.flush();
                } catch (IOException e) {
                    closing.set(e);
                }
            });
            writer.start();
            SessionHarness.await("it waits", () -> session.transport.writes() == 1);
            writer.interrupt();
            writer.join(30_000);
            assertTrue(String.valueOf(closing.get()).contains("interrupted"), String.valueOf(closing.get()));
            session.transport.releaseWrite();
            SessionHarness.await(
                    "closed", () -> session.received().stream().anyMatch(line -> line.startsWith("close:1011")));
            assertEquals(1, session.received().size(), session.received()::toString);
        }
    }

    /** Nothing of the message was sent: it is lost, and the session is not. */
    @ParameterizedTest
    @ValueSource(strings = {"stream flush", "stream close", "writer flush", "writer close"})
    void aStreamThatIsInterruptedBeforeItsFirstFragmentHarmsNoOtherSend(String call) throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            RemoteEndpoint.Basic remote = endpoint.session.getBasicRemote();
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> {
                if (call.startsWith("stream")) {
                    try (OutputStream stream = remote.getSendStream()) {
                        stream.write(new byte[100]);
                        if (call.endsWith("flush")) {
                            stream.flush();
                        }
                    }
                } else {
                    try (Writer writer = remote.getSendWriter()) {
                        writer.write("lost");
                        if (call.endsWith("flush")) {
                            writer.flush();
                        }
                    }
                }
            });
            assertTrue(Thread.interrupted(), "the flag stays, for whom it is meant");
            remote.sendText("next");
            assertEquals(List.of("text:next"), session.received());
        }
    }

    /** The peer has its beginning, which must not look like the whole. */
    @Test
    void aStreamThatIsInterruptedBeforeAFurtherFragmentClosesTheConnection() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            OutputStream stream = endpoint.session.getBasicRemote().getSendStream();
            stream.write(new byte[100]);
            stream.flush();
            stream.write(new byte[100]);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, stream::close);
            assertTrue(Thread.interrupted());
            assertTrue(session.received().get(0).startsWith("close:1011"), session.received()::toString);
        }
    }

    @Test
    void aBatchedMessageIsWhatItWasWhenItWasSent() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            session.transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("in flight", result -> {});
            endpoint.session.getBasicRemote().setBatchingAllowed(true);
            byte[] mine = new byte[20_000];
            endpoint.session.getBasicRemote().sendBinary(ByteBuffer.wrap(mine));
            Arrays.fill(mine, (byte) 0xAB);
            session.transport.releaseWrite();
            SessionHarness.await("sent", () -> session.received().contains("binary:20000"));
            assertFalse(contains(session.transport.written(), (byte) 0xAB));
        }
    }

    @Test
    void aMessageSentOnTheEventLoopIsWhatItWasWhenItWasSent() {
        Settings eventLoop =
                Settings.builder().set(Setting.DISPATCH, Dispatch.EVENT_LOOP).build();
        try (SessionHarness session = open(eventLoop)) {
            session.transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("in flight", result -> {});
            session.read(SessionHarness.text("send"));
            session.transport.releaseWrite();
            SessionHarness.await("sent", () -> session.received().contains("binary:20000"));
            assertFalse(contains(session.transport.written(), (byte) 0xAB));
        }
    }

    /**
     * Replies wait for the end of the turn, and the next message's callback may come before: it must not change them.
     */
    @ParameterizedTest
    @ValueSource(classes = {ReusingArray.class, ReusingBuffer.class})
    void aReturnedArrayOrBufferMayBeUsedAgainForTheNextMessage(Class<?> type) throws Exception {
        Object reusing = type.getConstructor().newInstance();
        try (SessionHarness session = new SessionHarness(reusing)) {
            session.read(
                    SessionHarness.text("1"),
                    SessionHarness.text("2"),
                    SessionHarness.text("3"),
                    SessionHarness.text("4"));
            SessionHarness.await("replies", () -> session.received().size() == 4);
            byte[] wire = session.transport.written();
            int at = 0;
            for (int message = 1; message <= 4; message++) {
                at += 4; // 0x82 0x7E and the length in 16 bits
                byte[] expected = new byte[20_000];
                Arrays.fill(expected, (byte) ('0' + message));
                assertArrayEquals(expected, Arrays.copyOfRange(wire, at, at + expected.length), "reply " + message);
                at += expected.length;
            }
        }
    }

    @Test
    void aPartThatEndsInHalfACodePointIsNotCorrupted() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            endpoint.session.getBasicRemote().sendText("a\uD83D", false);
            endpoint.session.getBasicRemote().sendText("\uDE00b", true);
            assertEquals(List.of("text:a\uD83D\uDE00b"), session.received());
        }
    }

    /**
     * The part of another kind is refused, and so was never sent: its half of a code point must not come with the next
     * part.
     */
    @Test
    void aRefusedPartLeavesNoHalfOfACodePointBehind() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            RemoteEndpoint.Basic remote = endpoint.session.getBasicRemote();
            remote.sendBinary(ByteBuffer.allocate(1), false);
            assertThrows(IllegalStateException.class, () -> remote.sendText("a\uD83D", false));
            remote.sendBinary(ByteBuffer.allocate(1), true);
            remote.sendText("b", true);
            assertEquals(List.of("binary:2", "text:b"), session.received());
        }
    }

    @Test
    void aRefusedPartKeepsTheHalfOfACodePointThatWasSentBefore() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            RemoteEndpoint.Basic remote = endpoint.session.getBasicRemote();
            remote.sendText("a\uD83D", false);
            Thread.currentThread().interrupt();
            session.transport.holdWrites();
            assertThrows(IOException.class, () -> remote.sendText("", false), "interrupted, once it is queued");
            assertTrue(Thread.interrupted());
            session.transport.releaseWrite();
            remote.sendText("\uDE00b", true);
            assertEquals(List.of("text:a\uD83D\uDE00b"), session.received());
        }
    }

    /** A part that is interrupted while it waits for room was not sent, and may be sent again. */
    @Test
    void aPartThatGotNoRoomCanBeSentAgain() throws Exception {
        Settings small = Settings.builder().set(Setting.OUTBOUND_BYTES, 1000).build();
        try (SessionHarness session = open(small)) {
            RemoteEndpoint.Basic remote = endpoint.session.getBasicRemote();
            remote.sendText("a\uD83D", false);
            session.transport.holdWrites();
            Thread part = new Thread(() -> {
                try {
                    remote.sendText("\uDE00" + "x".repeat(999), false);
                } catch (IOException e) {
                    session.transport.releaseWrite();
                }
            });
            part.start();
            SessionHarness.await(
                    "the network has it",
                    () -> session.connection.outbound().progress().bufferedBytes() > 1000);
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, () -> remote.sendText("b\uD83D", false));
            assertTrue(Thread.interrupted());
            session.transport.releaseWrite();
            part.join(30_000);
            remote.sendText("b\uD83D", false);
            remote.sendText("\uDE00", true);
            assertEquals(List.of("text:a\uD83D\uDE00" + "x".repeat(999) + "b\uD83D\uDE00"), session.received());
        }
    }

    @Test
    void anAsyncSendMayTakeForEver() throws Exception {
        try (SessionHarness session = open(Settings.defaults())) {
            endpoint.session.getAsyncRemote().setSendTimeout(Long.MAX_VALUE);
            CountDownLatch sent = new CountDownLatch(1);
            endpoint.session.getAsyncRemote().sendText("hello", result -> sent.countDown());
            assertTrue(sent.await(30, TimeUnit.SECONDS));
            assertEquals(List.of("text:hello"), session.received());
        }
    }

    private SessionHarness open(Settings settings) {
        SessionHarness session = new SessionHarness(endpoint, settings);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }

    private static boolean contains(byte[] bytes, byte octet) {
        for (byte b : bytes) {
            if (b == octet) {
                return true;
            }
        }
        return false;
    }

    /** An object of which an encoder writes some characters before it fails. */
    public record Half(int characters) {}

    /** Fails half-way. */
    public static class HalfEncoder implements Encoder.TextStream<Half> {
        @Override
        public void encode(Half object, Writer writer) throws EncodeException, IOException {
            writer.write("x".repeat(object.characters()));
            throw new EncodeException(object, "half");
        }
    }

    /** Fills its one array with the message's character, and returns it. */
    @ServerEndpoint("/test")
    public static class ReusingArray {
        private final byte[] reply = new byte[20_000];

        @OnMessage
        public byte[] onText(String message) {
            Arrays.fill(reply, (byte) message.charAt(0));
            return reply;
        }
    }

    /** The same with a buffer. */
    @ServerEndpoint("/test")
    public static class ReusingBuffer {
        private final ByteBuffer reply = ByteBuffer.allocate(20_000);

        @OnMessage
        public ByteBuffer onText(String message) {
            Arrays.fill(reply.array(), (byte) message.charAt(0));
            return reply.clear();
        }
    }

    /** Sends 20,000 zero bytes for each text, and overwrites them. */
    @ServerEndpoint(value = "/test", encoders = HalfEncoder.class)
    public static class Sender {
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public void onText(String message) throws IOException {
            byte[] mine = new byte[20_000];
            session.getBasicRemote().sendBinary(ByteBuffer.wrap(mine));
            Arrays.fill(mine, (byte) 0xAB);
        }
    }
}
