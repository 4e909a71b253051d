package dev.hawser.internal.connection;

import java.util.concurrent.TimeUnit;

/**
 * How fast a peer sends the rest of a message while its handler waits. Only that time counts, since in all other the
 * peer may have waited for us. What is longer ago counts less. Guarded by the lock of its {@link MessagePipe}.
 */
final class PeersPace {
    /** A wait in which a peer may rest. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Time of waiting after which what was before counts half. */
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private double size;
    private double waitedNanos;
    private boolean waiting;
    private long since;

    void arrived(int count) {
        size += count;
    }

    void waits() {
        since = System.nanoTime();
        waiting = true;
    }

    void waited() {
        waiting = false;
        waitedNanos += System.nanoTime() - since;
        if (waitedNanos > WINDOW_NANOS) {
            waitedNanos /= 2;
            size /= 2;
        }
    }

    /** Bytes or characters a second; infinite while nobody waits, or has not waited for long. */
    double now(long now) {
        double nanos = waitedNanos + now - since;
        return waiting && nanos >= GRACE_NANOS ? size * TimeUnit.SECONDS.toNanos(1) / nanos : Double.POSITIVE_INFINITY;
    }
}
