package dev.hawser.internal.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.util.Arrays;

/**
 * The callbacks of a subclass of {@link Endpoint}.
 *
 * @param handlesErrors whether the class overrides onError; the method of Endpoint does nothing, so the error must be
 *     logged (5.2.2)
 */
record ProgrammaticLifecycle(boolean handlesErrors) implements Lifecycle {
    static ProgrammaticLifecycle of(Class<?> endpoint) {
        boolean handlesErrors = Arrays.stream(endpoint.getMethods())
                .anyMatch(m -> m.getName().equals("onError")
                        && Arrays.equals(m.getParameterTypes(), new Class<?>[] {Session.class, Throwable.class})
                        && m.getDeclaringClass() != Endpoint.class);
        return new ProgrammaticLifecycle(handlesErrors);
    }

    @Override
    public boolean hasOnOpen() {
        return true;
    }

    @Override
    public void onOpen(Object instance, Session session, PathParameters.Values path, EndpointConfig config) {
        ((Endpoint) instance).onOpen(session, config);
    }

    @Override
    public void onClose(Object instance, Session session, PathParameters.Values path, CloseReason reason) {
        ((Endpoint) instance).onClose(session, reason);
    }

    @Override
    public boolean hasOnError() {
        return handlesErrors;
    }

    @Override
    public boolean onError(Object instance, Session session, PathParameters.Values path, Throwable error) {
        ((Endpoint) instance).onError(session, error);
        return handlesErrors;
    }
}
