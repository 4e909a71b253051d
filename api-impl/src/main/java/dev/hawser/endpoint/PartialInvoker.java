package dev.hawser.endpoint;

import dev.hawser.coder.Conversion;
import jakarta.websocket.MessageHandler;
import org.jspecify.annotations.Nullable;

/**
 * A {@code MessageHandler.Partial} added to a session.
 *
 * @param conversion null if the payload is the argument
 */
record PartialInvoker(
        MessageHandler.Partial<Object> partial,
        Delivery delivery,
        @Nullable Conversion conversion) implements BoundHandler {
    @Override
    public long maxMessageSize() {
        return -1;
    }

    @Override
    public @Nullable Object invoke(Object payload, boolean last) throws Throwable {
        partial.onMessage(conversion == null ? payload : conversion.convert(payload), last);
        return null;
    }

    @Override
    public String description() {
        return partial.getClass().getTypeName();
    }

    @Override
    public MessageHandler handler() {
        return partial;
    }
}
