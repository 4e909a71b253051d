package dev.hawser.internal.coder;

import dev.hawser.internal.component.Components;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The encoders of one session. Thread-safe: only one thread at a time is in an encoder (Jakarta WebSocket 4.1.2). The
 * thread may enter the encoder again, if the encoder sends another object.
 *
 * <p>Exceptions: an encoder's {@code EncodeException} and {@code IOException} are thrown unchanged. Its runtime
 * exception becomes the cause of an {@code EncodeException}. If no encoder takes the message, that is an {@code
 * EncodeException}; if the encoder is not in service, an {@code IllegalStateException}. If a stream encoder throws, its
 * stream stays open, and the caller, who made the stream, must end it.
 */
public final class Encoders {
    private static final Turn[] NO_TURNS = {};

    private final EncoderList list;
    private final CoderInstances instances;

    /** By encoder class; each is held while a thread is in that encoder. */
    private final Turn[] turns;

    /** Sends encoded messages. */
    public interface Output {
        /** Sends a text message. */
        void text(String message) throws IOException;

        /** Sends a binary message: the remaining bytes. */
        void binary(ByteBuffer message) throws IOException;

        /** A writer that sends what is written as one text message; close ends it. */
        Writer textStream() throws IOException;

        /** A stream that sends what is written as one binary message; close ends it. */
        OutputStream binaryStream() throws IOException;
    }

    /**
     * No encoder is made before {@link #start}.
     *
     * @param source makes the instances
     */
    public Encoders(EncoderList list, Components source) {
        this.list = list;
        this.instances = CoderInstances.of(list.classes(), source);
        this.turns = instances.size() == 0 ? NO_TURNS : new Turn[instances.size()];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = new Turn();
        }
    }

    /**
     * Makes one instance of each class and calls its {@code init}. Called once, before anything is encoded.
     *
     * @throws Throwable what a constructor or an {@code init} threw
     */
    public void start(EndpointConfig config) throws Throwable {
        instances.start(config, (encoder, c) -> ((Encoder) encoder).init(c));
    }

    /**
     * Calls {@code destroy} of each encoder that is in service. If a thread is in an encoder, that thread calls it when
     * it leaves. Does not block.
     */
    public void destroy() {
        for (int i = 0; i < turns.length; i++) {
            turns[i].retired = true;
            destroyIfRetired(i);
        }
        instances.release();
    }

    /** Whether {@link #encode} would find a way to send an object of this class. */
    public boolean encodes(Class<?> type) {
        return list.chooseForObject(PrimitiveText.boxed(type)).route() != EncoderList.Route.NONE;
    }

    /**
     * Sends an object as {@code RemoteEndpoint.sendObject} does: an encoder of the application wins over a built-in
     * one.
     */
    public void encode(Object message, Output output) throws EncodeException, IOException {
        send(list.chooseForObject(message.getClass()), message, output);
    }

    /**
     * Sends the result of a message method: String, byte[] and ByteBuffer unchanged, unless an encoder is declared for
     * exactly that type.
     */
    public void encodeResult(Object result, Output output) throws EncodeException, IOException {
        send(list.chooseForResult(result.getClass()), result, output);
    }

    @SuppressWarnings("unchecked") // the list chose the encoder for the message's class
    private void send(EncoderList.Choice choice, Object message, Output output) throws EncodeException, IOException {
        int index = choice.index();
        switch (choice.route()) {
            case STRING -> output.text(message.toString());
            case BYTES -> output.binary(ByteBuffer.wrap((byte[]) message));
            case BUFFER -> output.binary((ByteBuffer) message);
            case TEXT ->
                output.text(whole(index, message, encoder -> ((Encoder.Text<Object>) encoder).encode(message)));
            case BINARY ->
                output.binary(whole(index, message, encoder -> ((Encoder.Binary<Object>) encoder).encode(message)));
            case TEXT_STREAM -> {
                Writer writer = output.textStream();
                inTurn(index, message, encoder -> {
                            ((Encoder.TextStream<Object>) encoder).encode(message, writer);
                            return writer;
                        })
                        .close();
            }
            case BINARY_STREAM -> {
                OutputStream stream = output.binaryStream();
                inTurn(index, message, encoder -> {
                            ((Encoder.BinaryStream<Object>) encoder).encode(message, stream);
                            return stream;
                        })
                        .close();
            }
            case NONE ->
                throw new EncodeException(
                        message,
                        "no encoder of the endpoint takes " + message.getClass().getTypeName());
        }
    }

    /** A call into an encoder. */
    private interface Use<R> {
        R with(Object encoder) throws EncodeException, IOException;
    }

    private <R> R whole(int index, Object message, Use<R> use) throws EncodeException, IOException {
        R encoded = inTurn(index, message, use);
        if (encoded == null) {
            throw new EncodeException(message, nameOf(index) + " returned null");
        }
        return encoded;
    }

    private <R> R inTurn(int index, Object message, Use<R> use) throws EncodeException, IOException {
        boolean interrupted = Thread.currentThread().isInterrupted();
        Turn turn = turns[index];
        turn.lock.lock();
        try {
            Object encoder = instances.get(index);
            try {
                return use.with(encoder);
            } catch (RuntimeException e) {
                throw new EncodeException(message, e.getClass().getTypeName() + " in " + nameOf(index), e);
            }
        } finally {
            turn.lock.unlock();
            destroyIfRetired(index);
            InterruptFlag.restore(interrupted);
        }
    }

    /**
     * Destroys an encoder that is retired and free. {@link #destroy} calls this, and so does each thread that leaves
     * the encoder.
     */
    private void destroyIfRetired(int index) {
        Turn turn = turns[index];
        if (turn.retired && !turn.lock.isHeldByCurrentThread() && turn.lock.tryLock()) {
            try {
                instances.destroy(index, encoder -> ((Encoder) encoder).destroy());
            } finally {
                turn.lock.unlock();
            }
        }
    }

    private String nameOf(int index) {
        return "encoder " + list.classes().get(index).type().getTypeName();
    }

    private static final class Turn {
        /**
         * Held while the application's encoder runs; it guards no fields of ours. Another thread that needs the same
         * encoder waits for it.
         */
        private final ReentrantLock lock = new ReentrantLock();

        private volatile boolean retired;
    }
}
