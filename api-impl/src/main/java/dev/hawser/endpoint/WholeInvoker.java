package dev.hawser.endpoint;

import dev.hawser.coder.Conversion;
import jakarta.websocket.MessageHandler;
import org.jspecify.annotations.Nullable;

/**
 * A {@code MessageHandler.Whole} added to a session.
 *
 * @param conversion null if the payload is the argument
 */
record WholeInvoker(
        MessageHandler.Whole<Object> whole,
        Delivery delivery,
        @Nullable Conversion conversion) implements BoundHandler {
    @Override
    public long maxMessageSize() {
        return -1;
    }

    @Override
    public @Nullable Object invoke(Object payload, boolean last) throws Throwable {
        whole.onMessage(conversion == null ? payload : conversion.convert(payload));
        return null;
    }

    @Override
    public String description() {
        return whole.getClass().getTypeName();
    }

    @Override
    public MessageHandler handler() {
        return whole;
    }
}
