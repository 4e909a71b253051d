package dev.hawser.internal.session;

import java.util.concurrent.atomic.AtomicReference;
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

    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();

    /** Adds the listener if there is none. Returns the present one, or null if the session is already closing. */
    public @Nullable Listener add(Listener added) {
        listener.compareAndSet(null, added);
        return listener();
    }

    /** The listener that was added; null if there is none, or once the session closes. */
    public @Nullable Listener listener() {
        Listener present = listener.get();
        return present == NOBODY ? null : present;
    }

    /** Called when the session begins to close, any number of times. */
    void closing() {
        Listener told = listener.getAndSet(NOBODY);
        if (told == null || told == NOBODY) {
            return;
        }
        boolean done = false;
        try {
            told.sessionCloses();
            done = true;
        } finally {
            if (!done) {
                listener.set(told); // an error; the next attempt to close calls it again
            }
        }
    }
}
