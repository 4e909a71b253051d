package dev.hawser.internal.coder;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The encoder classes of one endpoint in the order of their declaration, checked at deployment, and the choice of an
 * encoder for each class of message. Thread-safe.
 *
 * <p>An encoder takes a message if its type is the message's class, a superclass or an interface of it. The first such
 * encoder in the list wins ({@code ServerEndpoint.encoders}: "the first encoder in the list able to encode a message").
 * Without an encoder, wrappers of primitives and String are sent as text, and {@code byte[]} and ByteBuffer as binary.
 */
public final class EncoderList {
    /** How one class of message is sent. */
    enum Route {
        TEXT(Encoder.Text.class),
        TEXT_STREAM(Encoder.TextStream.class),
        BINARY(Encoder.Binary.class),
        BINARY_STREAM(Encoder.BinaryStream.class),
        /** No encoder: a String, or the string representation of a primitive. */
        STRING(Void.class),
        /** No encoder: a byte[]. */
        BYTES(Void.class),
        /** No encoder: a ByteBuffer. */
        BUFFER(Void.class),
        /** No encoder, and no built-in one: the message cannot be sent. */
        NONE(Void.class);

        private final Class<?> contract;

        Route(Class<?> contract) {
            this.contract = contract;
        }
    }

    /** A route, with the index of the encoder's class, or -1. */
    record Choice(Route route, int index) {}

    private record Entry(Choice choice, Type accepts) {}

    private static final Choice STRING = new Choice(Route.STRING, -1);
    private static final Choice BYTES = new Choice(Route.BYTES, -1);
    private static final Choice BUFFER = new Choice(Route.BUFFER, -1);
    private static final Choice NONE = new Choice(Route.NONE, -1);
    private static final List<Choice> BUILT_IN = List.of(STRING, BYTES, BUFFER, NONE);

    /** Shared, since each list adds what it has chosen to the class of each message. */
    private static final EncoderList EMPTY = new EncoderList(List.of(), List.of());

    private final List<CoderClass> classes;
    private final List<Entry> entries;

    /** All possible choices; the caches hold indices into this list. */
    private final List<Choice> choices;

    /**
     * The choice for each class of message with sendObject. The message's class holds the value, as an Integer and not
     * as a Choice, so neither does this list keep the message's class alive, nor the message's class one of ours.
     */
    private final ClassValue<Integer> ofObjects = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> message) {
            return placeOf(encoderOrBuiltIn(message));
        }
    };

    private final ClassValue<Integer> ofResults = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> message) {
            return placeOf(builtInOrEncoder(message));
        }
    };

    /** The choice for a String result, which is the most frequent, without a lookup. */
    private final Choice ofStringResult;

    private EncoderList(List<CoderClass> classes, List<Entry> entries) {
        this.classes = classes;
        this.entries = entries;
        this.choices = Stream.concat(entries.stream().map(Entry::choice), BUILT_IN.stream())
                .toList();
        this.ofStringResult = builtInOrEncoder(String.class);
    }

    /**
     * Checks the classes.
     *
     * @throws DeploymentException naming the class and the rule it breaks: concrete, public constructor without
     *     parameters, one of the four kinds
     */
    public static EncoderList of(List<Class<? extends Encoder>> encoders) throws DeploymentException {
        if (encoders.isEmpty()) {
            return EMPTY;
        }
        List<CoderClass> classes = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (Class<? extends Encoder> encoder : encoders) {
            TypeBindings bindings = TypeBindings.of(encoder);
            int before = entries.size();
            for (Route route : Route.values()) {
                if (route.contract.isAssignableFrom(encoder)) {
                    Type accepts = bindings.argumentOf(route.contract);
                    entries.add(new Entry(new Choice(route, classes.size()), accepts == null ? Object.class : accepts));
                }
            }
            if (entries.size() == before) {
                throw CoderRule.KIND.brokenBy(encoder, "it implements none of them");
            }
            classes.add(CoderClass.of(encoder));
        }
        return new EncoderList(List.copyOf(classes), List.copyOf(entries));
    }

    /**
     * Whether a method that is declared to return {@code type} may return something that can be sent: it is false only
     * if neither the type nor a subtype can be sent, with or without an encoder.
     */
    public boolean mayEncode(Type type) {
        Class<?> declared = PrimitiveText.boxed(TypeBindings.erase(type));
        return builtIn(declared).route() != Route.NONE
                || List.of(String.class, byte[].class, ByteBuffer.class, Integer.class, Character.class, Boolean.class)
                        .stream()
                        .anyMatch(declared::isAssignableFrom)
                || entries.stream()
                        .map(entry -> TypeBindings.erase(entry.accepts()))
                        .anyMatch(accepts -> accepts.isAssignableFrom(declared) || declared.isAssignableFrom(accepts));
    }

    /** Whether there are no classes. */
    public boolean isEmpty() {
        return classes.isEmpty();
    }

    /** Whether these are its classes, in this order. */
    public boolean isOf(List<Class<? extends Encoder>> encoders) {
        return CoderClass.areOf(classes, encoders);
    }

    List<CoderClass> classes() {
        return classes;
    }

    /** For {@code sendObject}: an encoder of the application wins over a built-in one. */
    Choice chooseForObject(Class<?> message) {
        return choices.get(ofObjects.get(message));
    }

    /**
     * For the results of message methods: String, byte[] and ByteBuffer are sent unchanged, as {@code OnMessage} lists
     * them, unless an encoder is declared for exactly that type. An encoder for Object does not take them.
     */
    Choice chooseForResult(Class<?> message) {
        return message == String.class ? ofStringResult : choices.get(ofResults.get(message));
    }

    /**
     * Compares by identity, because the JDK keeps the record class whose generated equals was linked last, and with it
     * an undeployed application.
     */
    @SuppressWarnings("ReferenceEquality")
    private int placeOf(Choice choice) {
        for (int place = 0; place < choices.size(); place++) {
            if (choices.get(place) == choice) {
                return place;
            }
        }
        throw new AssertionError(choice);
    }

    private Choice encoderOrBuiltIn(Class<?> message) {
        for (Entry entry : entries) {
            if (TypeBindings.isAssignable(entry.accepts(), message)) {
                return entry.choice();
            }
        }
        return builtIn(message);
    }

    private Choice builtInOrEncoder(Class<?> message) {
        Class<?> sent = ByteBuffer.class.isAssignableFrom(message) ? ByteBuffer.class : message;
        if (sent != String.class && sent != byte[].class && sent != ByteBuffer.class) {
            return encoderOrBuiltIn(message);
        }
        return entries.stream()
                .filter(entry -> entry.accepts() == sent)
                .map(Entry::choice)
                .findFirst()
                .orElseGet(() -> builtIn(message));
    }

    private static Choice builtIn(Class<?> message) {
        if (message == String.class || PrimitiveText.isPrimitiveOrWrapper(message)) {
            return STRING;
        }
        if (message == byte[].class) {
            return BYTES;
        }
        return ByteBuffer.class.isAssignableFrom(message) ? BUFFER : NONE;
    }
}
