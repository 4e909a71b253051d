package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.Encoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A stream sends one message if anything was written to it, be it nothing but an empty text, and none otherwise. */
class SendStreamsTest {
    private final Streaming endpoint = new Streaming();

    @Test
    void aStreamThatIsClosedWithoutAWriteSendsNoMessage() throws Exception {
        try (SessionHarness session = open()) {
            basic().getSendStream().close();
            basic().getSendWriter().close();
            assertNothingBefore("end", session);
        }
    }

    @Test
    void aFlushIsNoWrite() throws Exception {
        try (SessionHarness session = open()) {
            OutputStream stream = basic().getSendStream();
            stream.flush();
            stream.close();
            Writer writer = basic().getSendWriter();
            writer.flush();
            writer.close();
            assertNothingBefore("end", session);
        }
    }

    @Test
    void aWriteOfNothingSendsOneEmptyMessage() throws Exception {
        try (SessionHarness session = open()) {
            try (OutputStream stream = basic().getSendStream()) {
                stream.write(new byte[0]);
            }
            try (Writer writer = basic().getSendWriter()) {
                writer.write("");
            }
            try (Writer writer = basic().getSendWriter()) {
                writer.append("");
            }
            try (Writer writer = basic().getSendWriter()) {
                writer.write(new char[0]);
            }
            assertEquals(List.of("binary:0", "text:", "text:", "text:"), session.received());
        }
    }

    @Test
    void aWriteAfterAFlushIsTheMessage() throws Exception {
        try (SessionHarness session = open()) {
            try (OutputStream stream = basic().getSendStream()) {
                stream.flush();
                stream.write(new byte[0]);
                stream.flush();
            }
            try (Writer writer = basic().getSendWriter()) {
                writer.flush();
                writer.append("late");
            }
            try (Writer writer = basic().getSendWriter()) {
                writer.append("flushed");
                writer.flush();
            }
            assertEquals(List.of("binary:0", "text:late", "text:flushed"), session.received());
        }
    }

    @Test
    void aClosedStreamTakesNothingMore() throws Exception {
        try (SessionHarness session = open()) {
            OutputStream stream = basic().getSendStream();
            stream.close();
            stream.close();
            assertThrows(IOException.class, () -> stream.write(1));
            Writer writer = basic().getSendWriter();
            writer.close();
            writer.close();
            assertThrows(IOException.class, () -> writer.write("x"));
            assertNothingBefore("end", session);
        }
    }

    @Test
    void aStreamEncoderThatWroteNothingSendsNoMessageAndItsSendIsDone() throws Exception {
        try (SessionHarness session = open()) {
            for (Object silent : List.of(new TextParts(List.of()), new BinaryParts(List.of()))) {
                basic().sendObject(silent);
                endpoint.session.getAsyncRemote().sendObject(silent).get(30, TimeUnit.SECONDS);
                BlockingQueue<SendResult> results = new LinkedBlockingQueue<>();
                endpoint.session.getAsyncRemote().sendObject(silent, results::add);
                SendResult result = results.poll(30, TimeUnit.SECONDS);
                assertTrue(result.isOK(), () -> String.valueOf(result.getException()));
            }
            assertNothingBefore("end", session);
        }
    }

    @Test
    void aStreamEncoderThatWroteAnEmptyTextSendsAnEmptyMessage() throws Exception {
        try (SessionHarness session = open()) {
            basic().sendObject(new TextParts(List.of("")));
            endpoint.session
                    .getAsyncRemote()
                    .sendObject(new TextParts(List.of("")))
                    .get(30, TimeUnit.SECONDS);
            basic().sendObject(new BinaryParts(List.of(new byte[0])));
            endpoint.session
                    .getAsyncRemote()
                    .sendObject(new BinaryParts(List.of(new byte[0])))
                    .get(30, TimeUnit.SECONDS);
            endpoint.session
                    .getAsyncRemote()
                    .sendObject(new TextParts(List.of("a", "", "b")))
                    .get(30, TimeUnit.SECONDS);
            assertEquals(List.of("text:", "text:", "binary:0", "binary:0", "text:ab"), session.received());
        }
    }

    @Test
    void aReturnedObjectWhoseEncoderWroteNothingSendsNoReply() throws Exception {
        try (SessionHarness session = open()) {
            session.read(SessionHarness.text("silent"), SessionHarness.text("loud"));
            SessionHarness.await("the second reply", () -> !session.received().isEmpty());
            assertEquals(List.of("text:loud"), session.received());
        }
    }

    private static void assertNothingBefore(String end, SessionHarness session) throws IOException {
        ((Streaming) SessionHarness.sessionOf(session.connection).endpoint().instance())
                .session
                .getBasicRemote()
                .sendText(end);
        assertEquals(List.of("text:" + end), session.received());
    }

    private RemoteEndpoint.Basic basic() {
        return endpoint.session.getBasicRemote();
    }

    private SessionHarness open() {
        SessionHarness session = new SessionHarness(endpoint);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }

    /** An object whose encoder writes the parts, each with a call of its own. */
    public record TextParts(List<String> parts) {}

    /** The same in binary. */
    public record BinaryParts(List<byte[]> parts) {}

    /** Writes the parts. */
    public static class TextEncoder implements Encoder.TextStream<TextParts> {
        @Override
        public void encode(TextParts object, Writer writer) throws IOException {
            for (String part : object.parts()) {
                writer.append(part);
            }
        }
    }

    /** Writes the parts. */
    public static class BinaryEncoder implements Encoder.BinaryStream<BinaryParts> {
        @Override
        public void encode(BinaryParts object, OutputStream stream) throws IOException {
            for (byte[] part : object.parts()) {
                stream.write(part);
            }
        }
    }

    /** Returns an object whose encoder writes the text, or nothing for "silent". */
    @ServerEndpoint(
            value = "/test",
            encoders = {TextEncoder.class, BinaryEncoder.class})
    public static class Streaming {
        volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public TextParts onText(String message) {
            return new TextParts(message.equals("silent") ? List.of() : List.of(message));
        }
    }
}
