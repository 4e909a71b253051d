package dev.hawser.internal.session;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Who is told that a session begins to close: one listener at most, once. Thread-safe. */
public final class AtClosing {
    /** Who is told. */
    public interface Listener {
        /** Must not wait, nor take a lock: the caller may hold any. Called again if an error has ended it. */
        void sessionCloses();
    }

    /** In the place of a listener once the session closes. */
    private static final Listener NOBODY = () -> {};

    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();

    /** Adds the listener unless there is one. Returns the one that is there now; null if the session closes already. */
    public @Nullable Listener add(Listener added) {
        listener.compareAndSet(null, added);
        return listener();
    }

    /** The listener that was added, or null, also once the session closes. */
    public @Nullable Listener listener() {
        Listener present = listener.get();
        return present == NOBODY ? null : present;
    }

    /** The session begins to close. Any number of times. */
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
                listener.set(told); // an error: it is told again by who tries again to close
            }
        }
    }
}
