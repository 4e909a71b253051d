package dev.hawser.internal.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which errors are logged, so that no peer can fill a disk with messages that a callback fails of, or by connecting: of
 * one kind the first {@value #LOGGED_EACH}, then one in ten seconds, with the number of those before it that were not.
 * After a minute without errors a kind begins anew. Thread-safe; holds names only, of at most {@value #KINDS} kinds.
 */
public final class RepeatedErrors {
    static final int LOGGED_EACH = 10;
    static final int KINDS = 256;
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);
    private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

    private static final class Count {
        int logged;
        long notLogged;
        long lastLogged;
        long lastSeen;
    }

    private final LongSupplier clock;

    /**
     * By kind, in the order of their last errors. A kind is a text: it holds no class of the application, and no
     * record, whose generated equals would keep an undeployed one. Guarded by this.
     */
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > KINDS;
        }
    };

    /** @param clock as {@link System#nanoTime} */
    public RepeatedErrors(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Notes an error.
     *
     * @param kind errors of one class, in one endpoint, where the same thing failed, as a text
     * @return null if it is not to be logged; otherwise what to say behind the message about others of its kind, or an
     *     empty text
     */
    public synchronized @Nullable String note(String kind) {
        long now = clock.getAsLong();
        Count count = counts.computeIfAbsent(kind, unseen -> new Count());
        if (now - count.lastSeen >= QUIET) {
            count.logged = 0;
        }
        count.lastSeen = now;
        if (count.logged >= LOGGED_EACH && now - count.lastLogged < INTERVAL) {
            count.notLogged++;
            return null;
        }
        count.logged++;
        count.lastLogged = now;
        long left = count.notLogged;
        count.notLogged = 0;
        if (left > 0) {
            return "; " + left + " more of this kind were not logged before it";
        }
        return count.logged == LOGGED_EACH
                ? "; of more of this kind one in ten seconds is logged, with their number"
                : "";
    }
}
