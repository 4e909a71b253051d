package dev.hawser.session;

import dev.hawser.coder.Encoders;
import dev.hawser.protocol.Opcode;
import dev.hawser.transport.PendingSend;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends that return at once and complete exactly once, also when the session ends. Thread-safe and ordered with all other sends of the
 * session. A send that does not fit into the outbound bounds fails; handlers are called on a callback thread, never on an event loop. The
 * buffers given must not change until completion.
 */
final class AsyncRemote implements RemoteEndpoint.Async {
    private final MessageSender sender;
    private final WebSocketConnection connection;
    private final Encoders encoders;
    private volatile long timeoutMillis;

    AsyncRemote(WebSocketConnection connection, MessageSender sender, Encoders encoders, long timeoutMillis) {
        this.connection = connection;
        this.sender = sender;
        this.encoders = encoders;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public long getSendTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setSendTimeout(long millis) {
        timeoutMillis = millis;
    }

    @Override
    public void sendText(String text, SendHandler handler) {
        sendText(
                BasicRemote.notNull(text, "text"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), connection));
    }

    @Override
    public Future<Void> sendText(String text) {
        SendFuture future = new SendFuture(connection);
        sendText(BasicRemote.notNull(text, "text"), future);
        return future;
    }

    @Override
    public Future<Void> sendBinary(ByteBuffer data) {
        SendFuture future = new SendFuture(connection);
        sendBinary(BasicRemote.notNull(data, "data"), future);
        return future;
    }

    @Override
    public void sendBinary(ByteBuffer data, SendHandler handler) {
        sendBinary(
                BasicRemote.notNull(data, "data"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), connection));
    }

    @Override
    public Future<Void> sendObject(Object data) {
        SendFuture future = new SendFuture(connection);
        sendObject(BasicRemote.notNull(data, "data"), future);
        return future;
    }

    @Override
    public void sendObject(Object data, SendHandler handler) {
        sendObject(
                BasicRemote.notNull(data, "data"),
                new HandlerCompletion(BasicRemote.notNull(handler, "handler"), connection));
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
        byte[] utf8 = sender.utf8(text);
        sender.sendAsync(Opcode.TEXT, utf8, 0, utf8.length, timeoutNanos(), completion);
    }

    private void sendBinary(ByteBuffer data, PendingSend.Completion completion) {
        Payload payload = Payload.of(data);
        sender.sendAsync(
                Opcode.BINARY, payload.bytes(), payload.offset(), payload.length(), timeoutNanos(), completion);
    }

    private void sendObject(Object data, PendingSend.Completion completion) {
        Collected collected = new Collected(completion);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                connection.runtime().classLoader()); // any thread may send, and an encoder looks things up
        try {
            encoders.encode(data, collected);
        } catch (EncodeException | IOException e) {
            collected.failed(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Javadoc of setSendTimeout: not positive means the default; ours is finite. */
    private long timeoutNanos() {
        long millis = timeoutMillis;
        return TimeUnit.MILLISECONDS.toNanos(millis > 0 ? millis : sender.timeoutMillis());
    }

    /** Where an encoder writes to. A stream encoder's message is collected and sent whole, so that the caller does not wait for the peer. */
    private final class Collected implements Encoders.Output {
        private final PendingSend.Completion completion;
        private boolean sent;

        Collected(PendingSend.Completion completion) {
            this.completion = completion;
        }

        void failed(Exception cause) {
            if (!sent) {
                sent = true;
                connection.complete(completion, cause);
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
            return new StringWriter() {
                @Override
                public void close() {
                    if (!sent) {
                        text(toString());
                    }
                }
            };
        }

        @Override
        public OutputStream binaryStream() {
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    if (!sent) {
                        binary(ByteBuffer.wrap(toByteArray()));
                    }
                }
            };
        }
    }
}
