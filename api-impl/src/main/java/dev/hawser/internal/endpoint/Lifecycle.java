package dev.hawser.internal.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;

/** Calls the open, close and error callbacks of one endpoint class. Immutable, shared by all sessions. */
interface Lifecycle {
    /** Whether there is an open callback. */
    boolean hasOnOpen();

    void onOpen(Object instance, Session session, PathParameters.Values path, EndpointConfig config) throws Throwable;

    void onClose(Object instance, Session session, PathParameters.Values path, CloseReason reason) throws Throwable;

    /** Whether there is an error callback. */
    boolean hasOnError();

    /** Returns false if there is no error callback. */
    boolean onError(Object instance, Session session, PathParameters.Values path, Throwable error) throws Throwable;
}
