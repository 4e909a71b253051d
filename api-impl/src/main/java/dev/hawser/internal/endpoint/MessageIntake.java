package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Conversion;
import dev.hawser.internal.coder.DecoderList;
import dev.hawser.internal.coder.Decoders;
import dev.hawser.internal.coder.PrimitiveText;
import dev.hawser.internal.coder.TypeBindings;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import jakarta.websocket.PongMessage;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How messages of one native kind become the argument of one handler. It follows from the handler's type and the
 * endpoint's decoders, for annotated methods and for MessageHandlers.
 *
 * @param kind the messages that the handler takes
 * @param delivery how the handler gets them
 * @param builtIn the conversion without a decoder, or null if there is none
 * @param decoders the decoders, or null if none is needed
 */
record MessageIntake(
        MessageKind kind, Delivery delivery, @Nullable Conversion builtIn, DecoderList.@Nullable Choice decoders) {

    /** The session gives exact arrays, so the buffer's array() holds exactly the message. */
    private static final Conversion TO_BUFFER = payload -> ByteBuffer.wrap((byte[]) payload);

    private static final Map<Class<?>, MessageIntake> TEXT = Map.of(
            String.class, builtIn(MessageKind.TEXT, Delivery.WHOLE, null),
            Reader.class, builtIn(MessageKind.TEXT, Delivery.STREAM, null));

    private static final Map<Class<?>, MessageIntake> BINARY = Map.of(
            byte[].class, builtIn(MessageKind.BINARY, Delivery.WHOLE, null),
            ByteBuffer.class, builtIn(MessageKind.BINARY, Delivery.WHOLE, TO_BUFFER),
            InputStream.class, builtIn(MessageKind.BINARY, Delivery.STREAM, null));

    private static final Map<Class<?>, MessageIntake> PARTS = Map.of(
            String.class, builtIn(MessageKind.TEXT, Delivery.PARTS, null),
            byte[].class, builtIn(MessageKind.BINARY, Delivery.PARTS, null),
            ByteBuffer.class, builtIn(MessageKind.BINARY, Delivery.PARTS, TO_BUFFER));

    private static final MessageIntake PONG = builtIn(MessageKind.PONG, Delivery.WHOLE, null);

    private static MessageIntake builtIn(MessageKind kind, Delivery delivery, @Nullable Conversion conversion) {
        return new MessageIntake(kind, delivery, conversion, null);
    }

    /**
     * How a handler of whole messages of a type takes them. A decoder of the application wins over a built-in
     * conversion for the same kind. If there are decoders of the type for text and for binary messages, the handler
     * takes both.
     *
     * @param type the handler's type, resolved
     * @return empty if no message can become the type
     */
    static List<MessageIntake> whole(Type type, DecoderList decoders) {
        Class<?> raw = TypeBindings.erase(type);
        if (raw == PongMessage.class) {
            return List.of(PONG);
        }
        List<MessageIntake> intakes = new ArrayList<>();
        DecoderList.Choice text = decoders.choose(true, type);
        if (!text.isEmpty()) {
            intakes.add(decoded(MessageKind.TEXT, text));
        } else if (PrimitiveText.isPrimitiveOrWrapper(raw)) {
            intakes.add(builtIn(
                    MessageKind.TEXT,
                    Delivery.WHOLE,
                    payload -> PrimitiveText.parse(raw, (String) payload, "the text message")));
        } else if (TEXT.containsKey(raw)) {
            intakes.add(TEXT.get(raw));
        }
        DecoderList.Choice binary = decoders.choose(false, type);
        if (!binary.isEmpty()) {
            intakes.add(decoded(MessageKind.BINARY, binary));
        } else if (BINARY.containsKey(raw)) {
            intakes.add(BINARY.get(raw));
        }
        return List.copyOf(intakes);
    }

    /** How a handler of parts takes them; null if the type is not one of parts. */
    static @Nullable MessageIntake parts(Type type) {
        return PARTS.get(TypeBindings.erase(type));
    }

    private static MessageIntake decoded(MessageKind kind, DecoderList.Choice decoders) {
        return new MessageIntake(kind, decoders.isStream() ? Delivery.STREAM : Delivery.WHOLE, null, decoders);
    }

    /** The conversion with the decoders of one session; null if the payload itself is the argument. */
    @Nullable Conversion conversion(Decoders session) {
        return decoders == null ? builtIn : session.conversion(decoders);
    }
}
