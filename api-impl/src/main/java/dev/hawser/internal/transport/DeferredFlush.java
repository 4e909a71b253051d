package dev.hawser.internal.transport;

import java.util.concurrent.locks.ReentrantLock;

/**
 * When what was accepted must be flushed at the latest: callers may hold a flush back for more of the same batch, but
 * not for ever. Thread-safe by the lock of {@link OutboundQueue}.
 */
final class DeferredFlush {
    private final ReentrantLock lock;
    // Guarded by lock.
    private boolean claimed;
    private boolean waits;
    private long waitsSince;

    /** @param lock that of the queue */
    DeferredFlush(ReentrantLock lock) {
        this.lock = lock;
    }

    /** Under the lock. A frame was accepted: unless others wait already, its time begins. */
    void accepted() {
        if (!waits) {
            waits = true;
            waitsSince = System.nanoTime();
        }
    }

    /** Under the lock. All that was accepted is on its way. */
    void flushed() {
        waits = false;
        claimed = false;
    }

    /** Whether the caller is the one to flush later: true for the first who asks since the last flush. */
    boolean claim() {
        lock.lock();
        try {
            boolean first = !claimed;
            claimed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits since {@code since}, as of {@link System#nanoTime}, or longer. */
    boolean waitsSince(long since) {
        lock.lock();
        try {
            return waits && waitsSince - since <= 0;
        } finally {
            lock.unlock();
        }
    }
}
