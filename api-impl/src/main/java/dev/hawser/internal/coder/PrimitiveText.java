package dev.hawser.internal.coder;

import jakarta.websocket.DecodeException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Parses Java primitives and their wrappers, for messages (Jakarta WebSocket 4.7) and path parameters (4.3), with the
 * result of the wrapper's constructor for a String. {@code Character} has no such constructor: the first char of the
 * text counts, as in other implementations. {@code Boolean} is true for "true", case-insensitive, and false for
 * everything else.
 */
public final class PrimitiveText {
    private static final Map<Class<?>, Class<?>> WRAPPERS = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            short.class, Short.class,
            char.class, Character.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class);

    private static final Map<Class<?>, Function<String, Object>> READERS = Map.of(
            Boolean.class, Boolean::valueOf,
            Byte.class, Byte::valueOf,
            Short.class, Short::valueOf,
            Character.class, PrimitiveText::character,
            Integer.class, Integer::valueOf,
            Long.class, Long::valueOf,
            Float.class, Float::valueOf,
            Double.class, Double::valueOf);

    private PrimitiveText() {}

    /** Whether the class is a Java primitive or the wrapper of one; {@code void} is neither. */
    public static boolean isPrimitiveOrWrapper(Class<?> type) {
        return READERS.containsKey(boxed(type));
    }

    /** The wrapper of a primitive; every other class itself. */
    public static Class<?> boxed(Class<?> type) {
        return WRAPPERS.getOrDefault(type, type);
    }

    /**
     * Reads a value.
     *
     * @param type a primitive or wrapper class
     * @param what names the text in the exception's message, such as {@code path parameter {id}}
     * @throws DecodeException with the text; its message names only the type, because the text may be private and the
     *     message may be logged
     */
    public static Object parse(Class<?> type, String text, String what) throws DecodeException {
        Function<String, Object> reader = READERS.get(boxed(type));
        if (reader == null) {
            throw new IllegalArgumentException(type.getTypeName() + " is neither a primitive nor a wrapper");
        }
        try {
            return reader.apply(text);
        } catch (NumberFormatException e) {
            // without the cause, whose message quotes the text
            throw new DecodeException(text, what + " cannot be converted to " + type.getSimpleName());
        }
    }

    /** The default value of a primitive; null for every other class. */
    public static @Nullable Object zero(Class<?> type) {
        if (!type.isPrimitive()) {
            return null;
        }
        return type == boolean.class ? (Object) false : type == char.class ? (Object) '\0' : numberZero(type);
    }

    private static @Nullable Object numberZero(Class<?> type) {
        Function<String, Object> reader = READERS.get(boxed(type));
        return reader == null ? null : reader.apply("0");
    }

    private static Object character(String text) {
        if (text.isEmpty()) {
            throw new NumberFormatException();
        }
        return text.charAt(0);
    }
}
