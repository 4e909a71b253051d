package dev.hawser.internal.session;

import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link SendResult}s with the session (API 2.2) or without it (API 2.1). Success and failure need different
 * constructors, because the one with a Throwable means failure even if it is null. They are looked up once.
 */
final class SendResults {
    /** (Session)SendResult. */
    private static final MethodHandle SUCCESS = constructor();
    /** (Session, Throwable)SendResult. */
    private static final MethodHandle FAILURE = constructor(Throwable.class);

    private SendResults() {}

    static SendResult of(Session session, @Nullable Throwable failure) {
        try {
            return failure == null
                    ? (SendResult) SUCCESS.invokeExact(session)
                    : (SendResult) FAILURE.invokeExact(session, failure);
        } catch (Throwable e) {
            throw new IllegalStateException("the constructors of SendResult do not throw", e);
        }
    }

    private static MethodHandle constructor(Class<?>... parameters) {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodType without = MethodType.methodType(void.class, parameters);
        try {
            return lookup.findConstructor(SendResult.class, without.insertParameterTypes(0, Session.class));
        } catch (NoSuchMethodException absentIn21) {
            return withoutSession(lookup, without);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle withoutSession(MethodHandles.Lookup lookup, MethodType type) {
        try {
            return MethodHandles.dropArguments(lookup.findConstructor(SendResult.class, type), 0, Session.class);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
