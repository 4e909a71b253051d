package dev.hawser.internal.session;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.connection.MessageSender;
import dev.hawser.internal.connection.SendFuture;
import dev.hawser.internal.transport.PendingSend;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends that return at once and complete exactly once, also if the session ends. Thread-safe, and in one order with all
 * other sends of the session. A send that exceeds the outbound bounds fails. Handlers are called on a callback thread,
 * never on an event loop. The buffers must not change until completion.
 */
final class AsyncRemote implements RemoteEndpoint.Async {
    private final MessageSender sender;
    private final HandlerCompletion.Sender handlers;
    private final Encoders encoders;
    private volatile AsyncSendTimeout timeout;

    AsyncRemote(HandlerCompletion.Sender handlers, MessageSender sender, Encoders encoders, AsyncSendTimeout timeout) {
        this.handlers = handlers;
        this.sender = sender;
        this.encoders = encoders;
        this.timeout = timeout;
    }

    @Override
    public long getSendTimeout() {
        return timeout.millis();
    }

    /**
     * Milliseconds; zero or less for no deadline of each send. A peer that reads nothing is still cut after {@code
     * sendTimeout}.
     */
    @Override
    public void setSendTimeout(long millis) {
        timeout = AsyncSendTimeout.set(millis);
    }

    @Override
    public void sendText(String text, SendHandler handler) {
        sendText(
                BasicRemote.notNull(text, "text"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), handlers));
    }

    @Override
    public Future<Void> sendText(String text) {
        SendFuture future = sender.future();
        sendText(BasicRemote.notNull(text, "text"), future.completion());
        return future;
    }

    @Override
    public Future<Void> sendBinary(ByteBuffer data) {
        SendFuture future = sender.future();
        sendBinary(BasicRemote.notNull(data, "data"), future.completion());
        return future;
    }

    @Override
    public void sendBinary(ByteBuffer data, SendHandler handler) {
        sendBinary(
                BasicRemote.notNull(data, "data"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), handlers));
    }

    @Override
    public Future<Void> sendObject(Object data) {
        SendFuture future = sender.future();
        sendObject(BasicRemote.notNull(data, "data"), future.completion());
        return future;
    }

    @Override
    public void sendObject(Object data, SendHandler handler) {
        sendObject(
                BasicRemote.notNull(data, "data"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), handlers));
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
        sender.ping(BasicRemote.notNull(applicationData, "applicationData"));
    }

    @Override
    public void sendPong(@Nullable ByteBuffer applicationData) throws IOException {
        sender.pong(BasicRemote.notNull(applicationData, "applicationData"));
    }

    private void sendText(String text, PendingSend.Completion completion) {
        sender.begins();
        byte[] utf8 = sender.utf8(text);
        sender.sendAsync(Opcode.TEXT, utf8, 0, utf8.length, timeout.nanos(), completion);
    }

    private void sendBinary(ByteBuffer data, PendingSend.Completion completion) {
        sender.begins();
        Payload payload = Payload.of(data);
        sender.sendAsync(
                Opcode.BINARY, payload.bytes(), payload.offset(), payload.length(), timeout.nanos(), completion);
    }

    private void sendObject(Object data, PendingSend.Completion completion) {
        Collected collected = new Collected(completion);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                sender.resources().classLoader()); // any thread may send, and an encoder may load classes
        try {
            encoders.encode(data, collected);
        } catch (EncodeException | IOException e) {
            collected.failed(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Sends what an encoder makes. The message of a stream encoder is collected and sent whole, so that the caller does
     * not wait for the peer.
     */
    private final class Collected implements Encoders.Output {
        private final PendingSend.Completion completion;
        private boolean sent;

        Collected(PendingSend.Completion completion) {
            this.completion = completion;
        }

        void failed(Exception cause) {
            ended(cause);
        }

        /** Ends the send, if nothing was sent. */
        private void ended(@Nullable Exception cause) {
            if (!sent) {
                sent = true;
                sender.refused(completion, cause);
            }
        }

        @Override
        public void text(String message) {
            sent = true;
            sendText(message, completion);
        }

        @Override
        public void binary(ByteBuffer message) {
            sent = true;
            sendBinary(message, completion);
        }

        @Override
        public Writer textStream() {
            return new CollectedText();
        }

        @Override
        public OutputStream binaryStream() {
            return new CollectedBinary();
        }

        /**
         * One text message if something is written, even an empty text; otherwise none (javadoc of {@code
         * getSendWriter}).
         */
        private final class CollectedText extends Writer {
            private final StringBuilder message = new StringBuilder();
            private boolean written;

            @Override
            public void write(char[] chars, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, chars.length);
                throwIfSent();
                written = true;
                message.append(chars, offset, length);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {
                if (!sent && written) {
                    text(message.toString());
                } else {
                    ended(null);
                }
            }
        }

        /** One binary message if something is written, as for a text. */
        private final class CollectedBinary extends OutputStream {
            private final ByteArrayOutputStream message = new ByteArrayOutputStream();
            private boolean written;

            @Override
            public void write(int octet) throws IOException {
                throwIfSent();
                written = true;
                message.write(octet);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                throwIfSent();
                message.write(bytes, offset, length);
                written = true;
            }

            @Override
            public void close() {
                if (!sent && written) {
                    binary(ByteBuffer.wrap(message.toByteArray()));
                } else {
                    ended(null);
                }
            }
        }

        private void throwIfSent() throws IOException {
            if (sent) {
                throw new IOException("the stream is closed: its message has been sent, or given up");
            }
        }
    }
}
