package dev.hawser.internal.connection;

import java.util.concurrent.TimeUnit;

/**
 * How fast a peer sends the rest of a message while its handler waits. Only that time counts, since in other times the
 * peer may have waited for us. Older times count less. Guarded by the lock of its {@link MessagePipe}.
 */
final class PeersPace {
    /** A wait that is too short to judge the peer. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** After so much waiting, earlier times count half. */
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

    /** The pace in bytes per second; infinite if the handler does not wait, or has not waited long. */
    double now(long now) {
        double nanos = waitedNanos + now - since;
        return waiting && nanos >= GRACE_NANOS ? size * TimeUnit.SECONDS.toNanos(1) / nanos : Double.POSITIVE_INFINITY;
    }
}
