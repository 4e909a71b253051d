package dev.hawser.internal.session;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.connection.MessageSender;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends that return when the message has been handed to the network. Thread-safe: whole messages of several threads are
 * sent one after another. A send that takes longer than {@code sendTimeout} throws an IOException and closes the
 * connection.
 */
final class BasicRemote implements RemoteEndpoint.Basic {
    private final MessageSender sender;
    private final Encoders encoders;
    /**
     * The half code point that the last part of a text left over. The parts of a message are sent one after another, by
     * any threads.
     */
    private volatile String half = "";

    BasicRemote(MessageSender sender, Encoders encoders) {
        this.sender = sender;
        this.encoders = encoders;
    }

    /** Sends the result of a message handler, at the end of its turn. */
    void reply(Object value) throws EncodeException, IOException {
        Output output = new Output(true);
        try {
            encoders.encodeResult(value, output);
        } catch (Throwable e) {
            output.giveUp();
            throw e;
        }
    }

    @Override
    public void sendText(String text) throws IOException {
        sender.begins();
        byte[] utf8 = sender.utf8(notNull(text, "text"));
        sender.sendWhole(Opcode.TEXT, utf8, 0, utf8.length);
    }

    @Override
    public void sendBinary(ByteBuffer data) throws IOException {
        sender.begins();
        Payload payload = Payload.of(notNull(data, "data"));
        sender.sendWhole(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length());
    }

    @Override
    public void sendText(String partialMessage, boolean isLast) throws IOException {
        // A part may end with half a code point, which cannot be encoded: it is sent with the next part.
        String text = half + notNull(partialMessage, "partialMessage");
        int end = text.length();
        if (!isLast && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        byte[] utf8 = sender.utf8(text.substring(0, end));
        long deadline = sender.deadline();
        long position = sender.acceptPart(Opcode.TEXT, utf8, 0, utf8.length, isLast, deadline);
        half = text.substring(end); // only now, because a part that was refused leaves nothing over
        sender.handOver(position, deadline);
    }

    @Override
    public void sendBinary(ByteBuffer partialByte, boolean isLast) throws IOException {
        Payload payload = Payload.of(notNull(partialByte, "partialByte"));
        sender.sendPart(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length(), isLast);
    }

    @Override
    public OutputStream getSendStream() {
        return new SendStreams(sender, Opcode.BINARY).outputStream();
    }

    @Override
    public Writer getSendWriter() {
        return new SendStreams(sender, Opcode.TEXT).writer();
    }

    @Override
    public void sendObject(Object data) throws IOException, EncodeException {
        notNull(data, "data");
        sender.begins();
        Output output = new Output(false);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                sender.resources().classLoader()); // any thread may send, and an encoder may load classes
        try {
            encoders.encode(data, output);
        } catch (Throwable e) {
            output.giveUp();
            throw e;
        } finally {
            thread.setContextClassLoader(before);
        }
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

    /** Sends what an encoder makes, once. */
    private final class Output implements Encoders.Output {
        private final boolean reply;
        private @Nullable SendStreams stream;

        Output(boolean reply) {
            this.reply = reply;
        }

        @Override
        public void text(String message) throws IOException {
            byte[] utf8 = sender.utf8(message);
            whole(Opcode.TEXT, utf8, 0, utf8.length);
        }

        @Override
        public void binary(ByteBuffer message) throws IOException {
            Payload payload = Payload.of(message);
            whole(Opcode.BINARY, payload.bytes(), payload.offset(), payload.length());
        }

        @Override
        public Writer textStream() {
            SendStreams text = new SendStreams(sender, Opcode.TEXT);
            stream = text;
            return text.writer();
        }

        @Override
        public OutputStream binaryStream() {
            SendStreams binary = new SendStreams(sender, Opcode.BINARY);
            stream = binary;
            return binary.outputStream();
        }

        /** Called if the encoder has failed. */
        void giveUp() {
            if (stream != null) {
                stream.giveUp();
            }
        }

        private void whole(Opcode kind, byte[] payload, int offset, int length) throws IOException {
            if (reply) {
                sender.reply(kind, payload, offset, length);
            } else {
                sender.sendWhole(kind, payload, offset, length);
            }
        }
    }
}
