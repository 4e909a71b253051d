package dev.hawser.session;

import dev.hawser.coder.Encoders;
import dev.hawser.protocol.Opcode;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends that return when the message has been handed to the network. Thread-safe: whole messages of several threads go out one after
 * another. A send that takes longer than {@code sendTimeout} throws an IOException and closes the connection.
 */
final class BasicRemote implements RemoteEndpoint.Basic {
    private final MessageSender sender;
    private final Encoders encoders;
    private final Encoders.Output output = new Output();
    private final Encoders.Output replies = new Replies();

    BasicRemote(MessageSender sender, Encoders encoders) {
        this.sender = sender;
        this.encoders = encoders;
    }

    /** Sends what a message handler returned, at the end of its turn. */
    void reply(Object value) throws EncodeException, IOException {
        encoders.encodeResult(value, replies);
    }

    @Override
    public void sendText(String text) throws IOException {
        byte[] utf8 = sender.utf8(notNull(text, "text"));
        sender.sendWhole(Opcode.TEXT, utf8, 0, utf8.length);
    }

    @Override
    public void sendBinary(ByteBuffer data) throws IOException {
        Payload payload = Payload.of(notNull(data, "data"));
        sender.sendWhole(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length());
    }

    @Override
    public void sendText(String partialMessage, boolean isLast) throws IOException {
        byte[] utf8 = sender.utf8(notNull(partialMessage, "partialMessage"));
        sender.sendPart(Opcode.TEXT, utf8, 0, utf8.length, isLast);
    }

    @Override
    public void sendBinary(ByteBuffer partialByte, boolean isLast) throws IOException {
        Payload payload = Payload.of(notNull(partialByte, "partialByte"));
        sender.sendPart(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length(), isLast);
    }

    @Override
    public OutputStream getSendStream() {
        return SendStreams.binary(sender);
    }

    @Override
    public Writer getSendWriter() {
        return SendStreams.text(sender);
    }

    @Override
    public void sendObject(Object data) throws IOException, EncodeException {
        encoders.encode(notNull(data, "data"), output);
    }

    @Override
    public void setBatchingAllowed(boolean allowed) {
        sender.batching(allowed);
    }

    @Override
    public boolean getBatchingAllowed() {
        return sender.batching();
    }

    @Override
    public void flushBatch() {
        sender.flush();
    }

    @Override
    public void sendPing(@Nullable ByteBuffer applicationData) throws IOException {
        sender.ping(notNull(applicationData, "applicationData"));
    }

    @Override
    public void sendPong(@Nullable ByteBuffer applicationData) throws IOException {
        sender.pong(notNull(applicationData, "applicationData"));
    }

    static <T> T notNull(@Nullable T argument, String name) {
        if (argument == null) {
            throw new IllegalArgumentException(name + " is null; expected something to send");
        }
        return argument;
    }

    private final class Output implements Encoders.Output {
        @Override
        public void text(String message) throws IOException {
            sendText(message);
        }

        @Override
        public void binary(ByteBuffer message) throws IOException {
            sendBinary(message);
        }

        @Override
        public Writer textStream() {
            return getSendWriter();
        }

        @Override
        public OutputStream binaryStream() {
            return getSendStream();
        }
    }

    private final class Replies implements Encoders.Output {
        @Override
        public void text(String message) throws IOException {
            byte[] utf8 = sender.utf8(message);
            sender.reply(Opcode.TEXT, utf8, 0, utf8.length);
        }

        @Override
        public void binary(ByteBuffer message) throws IOException {
            Payload payload = Payload.of(message);
            sender.reply(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length());
        }

        @Override
        public Writer textStream() {
            return getSendWriter();
        }

        @Override
        public OutputStream binaryStream() {
            return getSendStream();
        }
    }
}
