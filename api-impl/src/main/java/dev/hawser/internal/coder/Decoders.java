package dev.hawser.internal.coder;

import dev.hawser.internal.component.Components;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decoders of one session. Only its callbacks use them, one at a time, so there is no lock.
 *
 * <p>Exceptions: a decoder's {@code DecodeException}, {@code IOException} and {@code Error} are thrown unchanged. Its
 * runtime exception becomes the cause of a {@code DecodeException}, which stands for conversion errors in {@code
 * Endpoint.onError}.
 */
public final class Decoders {
    private final DecoderList list;
    private final CoderInstances instances;

    /**
     * No decoder is made before {@link #start}.
     *
     * @param source makes the instances
     */
    public Decoders(DecoderList list, Components source) {
        this.list = list;
        this.instances = CoderInstances.of(list.classes(), source);
    }

    /** What the decoders are made from. */
    public DecoderList list() {
        return list;
    }

    /**
     * Makes one instance of each class, and calls its {@code init}.
     *
     * @throws Throwable what a constructor or an {@code init} threw
     */
    public void start(EndpointConfig config) throws Throwable {
        instances.start(config, (decoder, c) -> ((Decoder) decoder).init(c));
    }

    /** Calls {@code destroy} of each decoder that is in service. */
    public void destroy() {
        for (int i = 0; i < instances.size(); i++) {
            instances.destroy(i, decoder -> ((Decoder) decoder).destroy());
        }
        instances.release();
    }

    /**
     * The conversion for one handler: the first decoder of the choice that will decode the message (Jakarta WebSocket
     * 4.1.3).
     */
    public Conversion conversion(DecoderList.Choice choice) {
        List<DecoderList.Entry> entries = choice.entries();
        if (choice.isStream()) {
            return stream(entries.get(0));
        }
        Step[] steps = entries.stream().map(this::step).toArray(Step[]::new);
        return payload -> firstAble(steps, payload);
    }

    private static @Nullable Object firstAble(Step[] steps, Object payload) throws DecodeException, IOException {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            for (Step step : steps) {
                if (step.willDecode(payload)) {
                    return step.decode(payload);
                }
            }
        } catch (RuntimeException e) {
            throw failure(payload, e.getClass().getTypeName() + " in a decoder", e);
        } finally {
            InterruptFlag.restore(interrupted);
        }
        throw failure(payload, "none of the endpoint's decoders for this type is willing to decode the message", null);
    }

    private Conversion stream(DecoderList.Entry entry) {
        Step step = entry.kind().isText()
                ? new StreamStep(reader -> textStream(entry).decode((Reader) reader))
                : new StreamStep(input -> binaryStream(entry).decode((InputStream) input));
        return stream -> {
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return step.decode(stream);
            } catch (RuntimeException e) {
                throw failure(stream, e.getClass().getTypeName() + " in a decoder", e);
            } finally {
                InterruptFlag.restore(interrupted);
            }
        };
    }

    /**
     * One decoder for whole payloads; a stream decoder that is not the first of the list gets the whole message as a
     * stream.
     */
    private Step step(DecoderList.Entry entry) {
        return switch (entry.kind()) {
            case TEXT -> new TextStep(this, entry.index());
            case BINARY -> new BinaryStep(this, entry.index());
            case TEXT_STREAM -> new StreamStep(text -> textStream(entry).decode(new StringReader((String) text)));
            case BINARY_STREAM ->
                new StreamStep(bytes -> binaryStream(entry).decode(new MessageInputStream((byte[]) bytes)));
        };
    }

    private Decoder.TextStream<?> textStream(DecoderList.Entry entry) {
        return (Decoder.TextStream<?>) instances.get(entry.index());
    }

    private Decoder.BinaryStream<?> binaryStream(DecoderList.Entry entry) {
        return (Decoder.BinaryStream<?>) instances.get(entry.index());
    }

    private static DecodeException failure(Object payload, String message, @Nullable Throwable cause) {
        if (payload instanceof byte[] bytes) {
            return new DecodeException(ByteBuffer.wrap(bytes), message, cause);
        }
        String text =
                // a stream has been consumed, so the exception has no text
                payload instanceof String whole ? whole : null;
        return new DecodeException(text, message, cause);
    }

    /** One decoder of a choice. */
    private interface Step {
        boolean willDecode(Object payload);

        @Nullable Object decode(Object payload) throws DecodeException, IOException;
    }

    private record TextStep(Decoders decoders, int index) implements Step {
        @Override
        public boolean willDecode(Object payload) {
            return decoder().willDecode((String) payload);
        }

        @Override
        public @Nullable Object decode(Object payload) throws DecodeException {
            return decoder().decode((String) payload);
        }

        private Decoder.Text<?> decoder() {
            return (Decoder.Text<?>) decoders.instances.get(index);
        }
    }

    /**
     * Each call gets a new heap buffer over exactly the message, so that a decoder that moves its buffer does not harm
     * the next one.
     */
    private record BinaryStep(Decoders decoders, int index) implements Step {
        @Override
        public boolean willDecode(Object payload) {
            return decoder().willDecode(ByteBuffer.wrap((byte[]) payload));
        }

        @Override
        public @Nullable Object decode(Object payload) throws DecodeException {
            return decoder().decode(ByteBuffer.wrap((byte[]) payload));
        }

        private Decoder.Binary<?> decoder() {
            return (Decoder.Binary<?>) decoders.instances.get(index);
        }
    }

    private record StreamStep(Conversion decoder) implements Step {
        @Override
        public boolean willDecode(Object payload) {
            return true;
        }

        @Override
        public @Nullable Object decode(Object payload) throws DecodeException, IOException {
            return decoder.convert(payload);
        }
    }
}
