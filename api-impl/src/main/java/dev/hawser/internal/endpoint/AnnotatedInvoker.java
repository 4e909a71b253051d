package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Conversion;
import jakarta.websocket.DecodeException;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * An {@code @OnMessage} method bound to one instance and session. An invocation adds one of our frames to the stack,
 * and allocates nothing for a String.
 */
final class AnnotatedInvoker implements BoundHandler {
    private final OnMessagePlan plan;
    private final MethodHandle handle;
    private final Delivery delivery;
    private final Object instance;
    private final Session session;
    private final @Nullable Object[] pathValues;

    /** Null if the payload itself is the argument. */
    private final @Nullable Conversion conversion;

    AnnotatedInvoker(
            OnMessagePlan plan,
            Delivery delivery,
            @Nullable Conversion conversion,
            Object instance,
            Session session,
            PathParameters.Values path) {
        this.plan = plan;
        this.handle = plan.callback().handle();
        this.delivery = delivery;
        this.instance = instance;
        this.session = session;
        this.pathValues = path.bySlot();
        DecodeException failure = plan.callback().failureIn(path);
        this.conversion = failure == null ? conversion : failing(failure);
    }

    private static Conversion failing(DecodeException failure) {
        return payload -> {
            throw failure;
        };
    }

    @Override
    public Delivery delivery() {
        return delivery;
    }

    @Override
    public long maxMessageSize() {
        return plan.maxMessageSize();
    }

    @Override
    public @Nullable Object invoke(Object payload, boolean last) throws Throwable {
        Object argument = conversion == null ? payload : conversion.convert(payload);
        return (Object) handle.invokeExact(instance, session, pathValues, argument, last);
    }

    @Override
    public String description() {
        return plan.description();
    }

    @Override
    public @Nullable MessageHandler handler() {
        return null;
    }
}
