package dev.hawser.internal.coder;

import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** The decoder classes of one endpoint in the order of their declaration, checked at deployment. Immutable. */
public final class DecoderList {
    private final List<CoderClass> classes;
    private final List<Entry> entries;

    private DecoderList(List<CoderClass> classes, List<Entry> entries) {
        this.classes = classes;
        this.entries = entries;
    }

    /**
     * Checks the classes.
     *
     * @throws DeploymentException naming the class and the rule it breaks: concrete, public constructor without
     *     parameters, one of the four kinds
     */
    public static DecoderList of(List<Class<? extends Decoder>> decoders) throws DeploymentException {
        List<CoderClass> classes = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (Class<? extends Decoder> decoder : decoders) {
            TypeBindings bindings = TypeBindings.of(decoder);
            int before = entries.size();
            for (DecoderKind kind : DecoderKind.values()) {
                if (kind.contract().isAssignableFrom(decoder)) {
                    Type made = bindings.argumentOf(kind.contract());
                    entries.add(new Entry(classes.size(), kind, made == null ? Object.class : made));
                }
            }
            if (entries.size() == before) {
                throw CoderRule.KIND.brokenBy(decoder, "it implements none of them");
            }
            classes.add(CoderClass.of(decoder));
        }
        return new DecoderList(List.copyOf(classes), List.copyOf(entries));
    }

    /**
     * The decoders that make {@code type} from messages of one native kind, in declaration order; empty if none does.
     *
     * @param text true for text messages, false for binary ones
     * @param type the handler's type, resolved; a primitive counts as its wrapper
     */
    public Choice choose(boolean text, Type type) {
        Type boxed = type instanceof Class<?> c ? PrimitiveText.boxed(c) : type;
        List<Entry> chosen = entries.stream()
                .filter(entry -> entry.kind().isText() == text && TypeBindings.isAssignable(boxed, entry.made()))
                .toList();
        return new Choice(chosen);
    }

    /** Whether these are its classes, in this order. */
    public boolean isOf(List<Class<? extends Decoder>> decoders) {
        return CoderClass.areOf(classes, decoders);
    }

    /** Whether there are no classes. */
    public boolean isEmpty() {
        return classes.isEmpty();
    }

    List<CoderClass> classes() {
        return classes;
    }

    /** The decoders of one handler for one native kind of message. */
    public static final class Choice {
        private final List<Entry> entries;

        private Choice(List<Entry> entries) {
            this.entries = entries;
        }

        /** Whether no decoder makes the type. */
        public boolean isEmpty() {
            return entries.isEmpty();
        }

        /**
         * Whether the message goes to the decoder as a stream: the first decoder is a stream decoder, which takes every
         * message, since it has no {@code willDecode}.
         */
        public boolean isStream() {
            return !entries.isEmpty() && entries.get(0).kind().isStream();
        }

        List<Entry> entries() {
            return entries;
        }
    }

    /** One kind of one class: {@code index} is the index of the class, {@code made} is the type to which it decodes. */
    record Entry(int index, DecoderKind kind, Type made) {}
}
