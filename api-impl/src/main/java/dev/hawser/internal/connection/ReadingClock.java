package dev.hawser.internal.connection;

import java.util.function.LongSupplier;

/**
 * The time that a peer has had, in nanoseconds. The clock stands still while this side does not read, or has not parsed
 * what it read, because the peer's silence then means nothing. It begins stopped. Thread-safe; reading a running clock
 * takes no lock. Its monitor also guards the other parts that depend on this time: {@link MessageRate} and {@link
 * TimerEntry}.
 */
final class ReadingClock {
    private final LongSupplier nanoTime;

    // Written under this, read without.
    private volatile boolean stopped = true;
    /** How long it has stood still, until it last went on. */
    private volatile long lost;

    /** When it was stopped; guarded by this. */
    private long stoppedAt;

    ReadingClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.stoppedAt = nanoTime.getAsLong();
    }

    /** The present time. If the clock goes on during this call, the result may be earlier than now, but never later. */
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
