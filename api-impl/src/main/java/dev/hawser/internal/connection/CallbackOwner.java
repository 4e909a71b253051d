package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.CallbackLook;
import dev.hawser.internal.observe.ConnectionEvents;

/** Tells the observers of a connection that its callbacks are blocked. */
record CallbackOwner(ConnectionEvents events) implements CallbackLook.Owner {
    /** The session, and the endpoint. */
    @Override
    public String name() {
        return events.connection().sessionId() + " " + events.connection().endpoint();
    }

    @Override
    public void callbackBlocked(long nanos, Thread thread) {
        events.callbackBlocked(nanos, thread);
    }
}
