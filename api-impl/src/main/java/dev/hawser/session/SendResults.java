package dev.hawser.session;

import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Makes {@link SendResult}s with the session, as API 2.2 has them, or without it, as 2.1 does. The constructor is looked up once. */
final class SendResults {
    /** (Session, Throwable)SendResult. */
    private static final MethodHandle CONSTRUCTOR = constructor();

    private SendResults() {}

    static SendResult of(Session session, @Nullable Throwable failure) {
        try {
            return (SendResult) CONSTRUCTOR.invokeExact(session, failure);
        } catch (Throwable e) {
            throw new IllegalStateException("the constructor of SendResult does not throw", e);
        }
    }

    private static MethodHandle constructor() {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            return lookup.findConstructor(
                    SendResult.class, MethodType.methodType(void.class, Session.class, Throwable.class));
        } catch (NoSuchMethodException absentIn21) {
            return withoutSession(lookup);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle withoutSession(MethodHandles.Lookup lookup) {
        try {
            MethodHandle constructor =
                    lookup.findConstructor(SendResult.class, MethodType.methodType(void.class, Throwable.class));
            return MethodHandles.dropArguments(constructor, 0, Session.class);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
