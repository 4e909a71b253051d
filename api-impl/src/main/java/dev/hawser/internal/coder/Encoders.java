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
 * The encoders of one session. Thread-safe: at most one thread is in one encoder at a time (Jakarta WebSocket 4.1.2);
 * the same thread may come in again, as an encoder that sends another object does.
 *
 * <p>What is thrown: an encoder's {@code EncodeException} and {@code IOException} as they are; its runtime exception as
 * the cause of an {@code EncodeException}; an {@code EncodeException} if no encoder takes the message; an
 * {@code IllegalStateException} if the encoder is not in service. If a stream encoder throws, its stream is left open:
 * the caller, who made it, gives it up.
 */
public final class Encoders {
    private final EncoderList list;
    private final CoderInstances instances;

    /** By class of encoder; held while a thread is in it. */
    private final Turn[] turns;

    /** Where encoded messages go. */
    public interface Output {
        /** Sends a text message. */
        void text(String message) throws IOException;

        /** Sends a binary message; the remaining bytes. */
        void binary(ByteBuffer message) throws IOException;

        /** A writer that sends what it is given as one text message, ended by close. */
        Writer textStream() throws IOException;

        /** A stream that sends what it is given as one binary message, ended by close. */
        OutputStream binaryStream() throws IOException;
    }

    /**
     * Nothing is made before {@link #start}.
     *
     * @param source where the instances come from
     */
    public Encoders(EncoderList list, Components source) {
        this.list = list;
        this.instances = new CoderInstances(list.classes(), source);
        this.turns = new Turn[instances.size()];
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
     * Calls {@code destroy} of each that is in service; of one that a thread is in, that thread calls it as it leaves.
     * Does not block.
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
     * Sends an object as {@code RemoteEndpoint.sendObject} does: an encoder of the application before what is inborn.
     */
    public void encode(Object message, Output output) throws EncodeException, IOException {
        send(list.chooseForObject(message.getClass()), message, output);
    }

    /**
     * Sends what a message method returned: String, byte[] and ByteBuffer as they are, unless an encoder is declared
     * for that very type.
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
     * Whoever finds the encoder free after it was retired destroys it: the one who retires, or else the last to leave.
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
         * Guards only the application's encoder, nothing of ours: a thread waits here for another that is in the same
         * encoder.
         */
        private final ReentrantLock lock = new ReentrantLock();

        private volatile boolean retired;
    }
}
