package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Conversion;
import jakarta.websocket.MessageHandler;
import org.jspecify.annotations.Nullable;

/**
 * A {@link MessageHandler} added to a session.
 *
 * @param whole whether it is called as a {@code MessageHandler.Whole} and not as a {@code Partial}
 * @param conversion null if the payload itself is the argument
 */
record HandlerInvoker(
        MessageHandler handler,
        boolean whole,
        Delivery delivery,
        @Nullable Conversion conversion) implements BoundHandler {
    @Override
    public long maxMessageSize() {
        return -1;
    }

    @Override
    // the caller of addMessageHandler states the type, and the conversion makes that type
    @SuppressWarnings("unchecked")
    public @Nullable Object invoke(Object payload, boolean last) throws Throwable {
        Object argument = conversion == null ? payload : conversion.convert(payload);
        if (whole) {
            ((MessageHandler.Whole<Object>) handler).onMessage(argument);
        } else {
            ((MessageHandler.Partial<Object>) handler).onMessage(argument, last);
        }
        return null;
    }

    @Override
    public String description() {
        return handler.getClass().getTypeName();
    }
}
