package dev.hawser.internal.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which errors are logged, so that no peer can fill a disk by connecting, or with messages on which a callback
 * fails. Of one kind the first {@value #LOGGED_EACH} are logged, then one in ten seconds, with the number of those that
 * were left out before it. After a minute without errors a kind begins anew. Thread-safe. It holds only names, of at
 * most {@value #KINDS} kinds.
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
     * By kind, in the order of their last errors. A kind is a text, because a class or a record could keep an
     * undeployed application alive. Guarded by this.
     */
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > KINDS;
        }
    };

    /** @param clock gives nanoseconds, as {@link System#nanoTime} does */
    public RepeatedErrors(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Notes an error.
     *
     * @param kind what failed and the class of the exception, as a text
     * @return null if the error is not to be logged; otherwise a text about others of its kind, to be put behind the
     *     message, or an empty text
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
