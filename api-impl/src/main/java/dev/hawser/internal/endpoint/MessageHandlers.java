package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Decoders;
import dev.hawser.internal.coder.TypeBindings;
import jakarta.websocket.MessageHandler;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The message handlers of one session: at most one for each native kind of message, annotated and added ones together
 * (Jakarta WebSocket 2.1.3). Thread-safe: a change is seen by the next message of every thread.
 */
final class MessageHandlers {
    private static final AtomicReferenceFieldUpdater<MessageHandlers, Snapshot> SNAPSHOT =
            AtomicReferenceFieldUpdater.newUpdater(MessageHandlers.class, Snapshot.class, "snapshot");

    private final Decoders decoders;
    private final boolean mayBlock;

    /** Replaced as a whole through {@link #SNAPSHOT}, by compare-and-set. */
    private volatile Snapshot snapshot;

    /** @param mayBlock whether handlers that read streams can be added */
    MessageHandlers(Decoders decoders, Map<MessageKind, BoundHandler> annotated, boolean mayBlock) {
        this.decoders = decoders;
        this.mayBlock = mayBlock;
        this.snapshot = Snapshot.of(annotated);
    }

    boolean takes(MessageKind kind) {
        return switch (kind) {
            case TEXT -> text() != null;
            case BINARY -> binary() != null;
            case PONG -> pong() != null;
        };
    }

    @Nullable BoundHandler text() {
        return snapshot.text;
    }

    @Nullable BoundHandler binary() {
        return snapshot.binary;
    }

    @Nullable BoundHandler pong() {
        return snapshot.pong;
    }

    /** The MessageHandlers that were added, so without annotated methods. */
    Set<MessageHandler> added() {
        Set<MessageHandler> added = Collections.newSetFromMap(new IdentityHashMap<>());
        for (BoundHandler bound : snapshot.byKind().values()) {
            MessageHandler handler = bound.handler();
            if (handler != null) {
                added.add(handler);
            }
        }
        return Collections.unmodifiableSet(added);
    }

    /** Adds a handler for messages of a given type. */
    void add(Type type, MessageHandler handler, boolean whole) {
        Map<MessageKind, BoundHandler> bound = new EnumMap<>(MessageKind.class);
        bind(type, handler, whole, bound);
        add(bound);
    }

    /**
     * Adds a handler for the type that its class declares, as a direct or indirect implementation of Whole, Partial or
     * both.
     */
    void add(MessageHandler handler) {
        TypeBindings bindings = TypeBindings.of(handler.getClass());
        Map<MessageKind, BoundHandler> bound = new EnumMap<>(MessageKind.class);
        if (handler instanceof MessageHandler.Whole) {
            bind(statedType(bindings, MessageHandler.Whole.class, handler), handler, true, bound);
        }
        if (handler instanceof MessageHandler.Partial) {
            bind(statedType(bindings, MessageHandler.Partial.class, handler), handler, false, bound);
        }
        if (bound.isEmpty()) {
            throw new IllegalArgumentException(
                    "Message handler " + handler.getClass().getTypeName()
                            + " implements neither MessageHandler.Whole nor MessageHandler.Partial");
        }
        add(bound);
    }

    void remove(MessageHandler handler) {
        change(handlers -> handlers.values().removeIf(bound -> bound.handler() == handler));
    }

    private void add(Map<MessageKind, BoundHandler> bound) {
        change(handlers -> addTo(handlers, bound));
    }

    /** @param step may run several times, if other threads change the handlers meanwhile */
    private void change(Consumer<Map<MessageKind, BoundHandler>> step) {
        Snapshot before;
        Snapshot after;
        do {
            before = snapshot;
            Map<MessageKind, BoundHandler> handlers = before.byKind();
            step.accept(handlers);
            after = Snapshot.of(handlers);
        } while (!SNAPSHOT.compareAndSet(this, before, after));
    }

    private static void addTo(Map<MessageKind, BoundHandler> handlers, Map<MessageKind, BoundHandler> bound) {
        bound.forEach((kind, handler) -> {
            BoundHandler present = handlers.putIfAbsent(kind, handler);
            if (present != null) {
                throw new IllegalStateException(String.format(
                        "Message handler %s cannot be added: the %s messages of its WebSocket session go to %s already,"
                                + " and there is one handler for each of text, binary and pong messages"
                                + " (Jakarta WebSocket 2.2, section 2.1.3)",
                        handler.description(), kind.word(), present.description()));
            }
        });
    }

    private static Type statedType(TypeBindings bindings, Class<?> contract, MessageHandler handler) {
        Type type = bindings.argumentOf(contract);
        if (type == null) {
            throw new IllegalArgumentException(String.format(
                    "The message type of handler %s cannot be found in its class, as for every lambda expression:"
                            + " use addMessageHandler(Class, MessageHandler.%s)",
                    handler.getClass().getTypeName(), contract.getSimpleName()));
        }
        return type;
    }

    private void bind(Type type, MessageHandler handler, boolean whole, Map<MessageKind, BoundHandler> bound) {
        for (MessageIntake intake : whole ? wholeIntakes(type, handler) : List.of(partsIntake(type, handler))) {
            if (!mayBlock && intake.delivery() == MessageInvoker.Delivery.STREAM) {
                throw new IllegalStateException(String.format(
                        "Message handler %s takes %s, which it reads while the message arrives, and the endpoint has"
                                + " dispatch event-loop, where nothing may wait",
                        handler.getClass().getTypeName(), type.getTypeName()));
            }
            BoundHandler other = bound.putIfAbsent(
                    intake.kind(), new HandlerInvoker(handler, whole, intake.delivery(), intake.conversion(decoders)));
            if (other != null) {
                throw new IllegalStateException("Message handler %s takes %s messages both whole and in parts"
                        .formatted(other.description(), intake.kind().word()));
            }
        }
    }

    private List<MessageIntake> wholeIntakes(Type type, MessageHandler handler) {
        List<MessageIntake> intakes = MessageIntake.whole(type, decoders.list());
        if (intakes.isEmpty()) {
            throw new IllegalArgumentException(
                    "Message handler %s takes %s, which none of the endpoint's decoders makes"
                            .formatted(handler.getClass().getTypeName(), type.getTypeName()));
        }
        return intakes;
    }

    private static MessageIntake partsIntake(Type type, MessageHandler handler) {
        MessageIntake intake = MessageIntake.parts(type);
        if (intake == null) {
            throw new IllegalArgumentException(
                    "Message handler %s takes parts of type %s, but parts are String, byte[] or %s"
                            .formatted(
                                    handler.getClass().getTypeName(), type.getTypeName(), ByteBuffer.class.getName()));
        }
        return intake;
    }

    private record Snapshot(
            @Nullable BoundHandler text,
            @Nullable BoundHandler binary,
            @Nullable BoundHandler pong) {
        static Snapshot of(Map<MessageKind, BoundHandler> byKind) {
            return new Snapshot(
                    byKind.get(MessageKind.TEXT), byKind.get(MessageKind.BINARY), byKind.get(MessageKind.PONG));
        }

        /** A copy to change. */
        Map<MessageKind, BoundHandler> byKind() {
            Map<MessageKind, BoundHandler> byKind = new EnumMap<>(MessageKind.class);
            put(byKind, MessageKind.TEXT, text);
            put(byKind, MessageKind.BINARY, binary);
            put(byKind, MessageKind.PONG, pong);
            return byKind;
        }

        private static void put(
                Map<MessageKind, BoundHandler> byKind, MessageKind kind, @Nullable BoundHandler handler) {
            if (handler != null) {
                byKind.put(kind, handler);
            }
        }
    }
}
