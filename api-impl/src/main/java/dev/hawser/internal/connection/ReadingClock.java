package dev.hawser.internal.connection;

import java.util.function.LongSupplier;

/**
 * The time that a peer has had, in nanoseconds: it stands still while this side does not read, or has not parsed what
 * it read, for then the peer's silence says nothing. It begins stopped. Thread-safe; to ask a clock that runs takes no
 * lock. Its monitor guards whatever else of the connection is decided by its time: {@link MessageRate}, and the entry
 * of {@link SessionTimeouts} in the timer.
 */
final class ReadingClock {
    private final LongSupplier nanoTime;

    // Written under this, read without.
    private volatile boolean stopped = true;
    /** How long it has stood still until it last went on. */
    private volatile long lost;

    /** When it was stopped; guarded by this. */
    private long stoppedAt;

    ReadingClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.stoppedAt = nanoTime.getAsLong();
    }

    /**
     * A clock that goes on while another thread asks may answer with a moment that has passed, never with one that has
     * not come.
     */
    long now() {
        long now = nanoTime.getAsLong();
        return stopped ? whileStopped() : now - lost;
    }

    private synchronized long whileStopped() {
        return (stopped ? stoppedAt : nanoTime.getAsLong()) - lost;
    }

    boolean isStopped() {
        return stopped;
    }

    synchronized void stop() {
        if (!stopped) {
            stoppedAt = nanoTime.getAsLong();
            stopped = true;
        }
    }

    synchronized void go() {
        if (stopped) {
            lost = lost + nanoTime.getAsLong() - stoppedAt;
            stopped = false;
        }
    }
}
