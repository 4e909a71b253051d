package dev.hawser.internal.connection;

import dev.hawser.internal.transport.Clock;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one entry of a session in the container's timer. A new entry replaces the old one only if its deadline is
 * earlier, or if the old one has run. An entry that has run and was not replaced runs again after a
 * second. Thread-safe.
 */
final class TimerEntry {
    /** After this time an entry runs again if it was not replaced. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledExecutorService timer;
    private final Clock time;
    private final ReadingClock clock;

    // Guarded by the clock's monitor.
    private @Nullable ScheduledFuture<?> entry;
    private long deadline;
    /** Whether the entry has run, and was not replaced. */
    private boolean fired;
    /** Whether no entry is made any more, except to try something again. */
    private boolean ended;

    /** @param clock its monitor is the lock */
    TimerEntry(ConnectionResources resources, ReadingClock clock) {
        this.timer = resources.timer();
        this.time = resources.clock();
        this.clock = clock;
    }

    /**
     * Lets the task run at a time of the container's clock, or earlier. If it throws, the entry that was there
     * before stays.
     */
    void scheduleAt(long due, Runnable task) {
        synchronized (clock) {
            if (!ended) {
                replace(due, task);
            }
        }
    }

    /** Like {@link #scheduleAt}, also after the end: something has still to be tried again. */
    void scheduleRetryAt(long due, Runnable task) {
        synchronized (clock) {
            replace(due, task);
        }
    }

    /** The monitor is held. */
    private void replace(long due, Runnable task) {
        if (entry == null || fired || deadline - due > 0) {
            try {
                // The old entry is cancelled only after the new one is made: if there is no memory for that, the old
                // one runs again.
                ScheduledFuture<?> made = timer.scheduleWithFixedDelay(
                        task, Math.max(due - time.nanoTime(), 0), AGAIN, TimeUnit.NANOSECONDS);
                forget();
                entry = made;
                deadline = due;
            } catch (RejectedExecutionException e) {
                forget(); // the container has stopped, and cuts all sessions
            }
        }
    }

    /** Called when the task begins. */
    void fires() {
        synchronized (clock) {
            fired = true;
        }
    }

    /** Whether the deadlines have ended. */
    boolean hasEnded() {
        synchronized (clock) {
            return ended;
        }
    }

    /** Called if there is no deadline: an entry that has run does not run again. */
    void isNotNeeded() {
        synchronized (clock) {
            if (fired) {
                forget();
            }
        }
    }

    /** No entry is made any more, except to try something again. */
    void end() {
        synchronized (clock) {
            ended = true;
            forget();
        }
    }

    /** The monitor is held. */
    private void forget() {
        if (entry != null) {
            entry.cancel(false);
            entry = null;
        }
        fired = false;
    }
}
