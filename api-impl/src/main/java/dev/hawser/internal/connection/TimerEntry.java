package dev.hawser.internal.connection;

/**
 * The one entry of a session in the container's timer. A new deadline replaces the old one only if it is earlier, or if
 * the old one has come. Thread-safe.
 */
final class TimerEntry {
    static final int NOWHERE = -1;

    private final DeadlineQueue queue;
    /** Looks at the session; called by the timer. */
    final Runnable look;

    // Written with the queue's monitor held; the last two are also read so.
    volatile long deadline;
    /** Whether the timer will look at the deadline; false from when the deadline has come until another is set. */
    volatile boolean armed;
    /** Whether no deadline is set any more, except to try something again. */
    volatile boolean ended;

    int place = NOWHERE;
    /** The last run of the timer's task that has looked. */
    int run;

    TimerEntry(DeadlineQueue queue, Runnable look) {
        this.queue = queue;
        this.look = look;
    }

    /**
     * Lets the timer look at a time of the container's clock, or earlier. If it throws, the deadline that was there
     * before stays.
     */
    void scheduleAt(long due) {
        if (!isEarlier(due)) {
            queue.schedule(this, due, false);
        }
    }

    /** Like {@link #scheduleAt}, also after the end: something has still to be tried again. */
    void scheduleRetryAt(long due) {
        queue.schedule(this, due, true);
    }

    /** Whether there will be a look at this time or before, which sees all that the caller has written until now. */
    boolean isEarlier(long due) {
        return armed && deadline - due <= 0; // in this order: once it has come, the look is still to begin
    }

    /** Whether the deadlines have ended. */
    boolean hasEnded() {
        return ended;
    }

    /** Called if there is no deadline: an entry whose deadline has come is not looked at again. */
    void isNotNeeded() {
        queue.isNotNeeded(this);
    }

    /** No deadline is set any more, except to try something again. */
    void end() {
        queue.end(this);
    }
}
