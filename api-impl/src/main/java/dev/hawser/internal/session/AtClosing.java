package dev.hawser.internal.session;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The listener, if there is one, that is called once when a session begins to close. Thread-safe. */
public final class AtClosing {
    /** Called when a session begins to close. */
    public interface Listener {
        /** Must not wait or take a lock, because the caller may hold locks. Called again if it throws an error. */
        void sessionCloses();
    }

    /** Replaces the listener once the session closes. */
    private static final Listener NOBODY = () -> {};

    private static final AtomicReferenceFieldUpdater<AtClosing, Listener> LISTENER =
            AtomicReferenceFieldUpdater.newUpdater(AtClosing.class, Listener.class, "listener");

    /** That of all sessions that have closed without a listener. */
    static final AtClosing CLOSED = new AtClosing();

    static {
        CLOSED.closing();
    }

    /** Replaced through {@link #LISTENER}. */
    private volatile @Nullable Listener listener;

    /** Adds the listener if there is none. Returns the present one, or null if the session is already closing. */
    public @Nullable Listener add(Listener added) {
        LISTENER.compareAndSet(this, null, added);
        return listener();
    }

    /** The listener that was added; null if there is none, or once the session closes. */
    public @Nullable Listener listener() {
        Listener present = listener;
        return present == NOBODY ? null : present;
    }

    /** Called when the session begins to close, any number of times. */
    void closing() {
        Listener told = LISTENER.getAndSet(this, NOBODY);
        if (told == null || told == NOBODY) {
            return;
        }
        boolean done = false;
        try {
            told.sessionCloses();
            done = true;
        } finally {
            if (!done) {
                listener = told; // an error; the next attempt to close calls it again
            }
        }
    }
}
