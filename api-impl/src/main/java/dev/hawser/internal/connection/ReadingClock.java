package dev.hawser.internal.connection;

import java.util.function.LongSupplier;

/**
 * The time that a peer has had, in nanoseconds. The clock stands still while this side does not read, or has not parsed
 * what it read, because the peer's silence then means nothing. It begins stopped. Thread-safe; reading a running clock
 * takes no lock. Its monitor also guards {@link MessageRate}, which depends on this time.
 */
final class ReadingClock {
    /** Instead of when it was stopped. */
    private static final long RUNS = Long.MIN_VALUE;

    private final LongSupplier nanoTime;

    // Written under this, read without.
    /** When it was stopped, or {@link #RUNS}. */
    private volatile long stoppedAt;
    /** How long it has stood still, until it last went on. */
    private volatile long lost;

    ReadingClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.stoppedAt = time();
    }

    private long time() {
        return Math.max(nanoTime.getAsLong(), RUNS + 1);
    }

    /** The present time. If the clock goes on during this call, the result may be earlier than now, but never later. */
    long now() {
        long now = nanoTime.getAsLong();
        return isStopped() ? whileStopped() : now - lost;
    }

    private synchronized long whileStopped() {
        return (isStopped() ? stoppedAt : nanoTime.getAsLong()) - lost;
    }

    boolean isStopped() {
        return stoppedAt != RUNS;
    }

    synchronized void stop() {
        if (!isStopped()) {
            stoppedAt = time();
        }
    }

    synchronized void go() {
        if (isStopped()) {
            lost = lost + nanoTime.getAsLong() - stoppedAt;
            stoppedAt = RUNS;
        }
    }
}
