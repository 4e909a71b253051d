package dev.hawser.internal.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;

/**
 * The callbacks of a class that is annotated and extends {@link jakarta.websocket.Endpoint}, which no clause forbids.
 * For each callback the annotated method is called, or the method of {@code Endpoint} if there is none.
 */
record AnnotatedSubclassLifecycle(AnnotatedLifecycle annotated, ProgrammaticLifecycle inherited) implements Lifecycle {
    @Override
    public boolean hasOnOpen() {
        return true;
    }

    @Override
    public void onOpen(Object instance, Session session, PathParameters.Values path, EndpointConfig config)
            throws Throwable {
        (annotated.hasOnOpen() ? annotated : inherited).onOpen(instance, session, path, config);
    }

    @Override
    public void onClose(Object instance, Session session, PathParameters.Values path, CloseReason reason)
            throws Throwable {
        (annotated.hasOnClose() ? annotated : inherited).onClose(instance, session, path, reason);
    }

    @Override
    public boolean hasOnError() {
        return annotated.hasOnError() || inherited.hasOnError();
    }

    @Override
    public boolean onError(Object instance, Session session, PathParameters.Values path, Throwable error)
            throws Throwable {
        return (annotated.hasOnError() ? annotated : inherited).onError(instance, session, path, error);
    }
}
