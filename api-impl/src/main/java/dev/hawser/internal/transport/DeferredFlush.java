package dev.hawser.internal.transport;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows since when accepted frames wait for a flush: callers may delay a flush for more of the same batch, but not for
 * ever. Thread-safe by the lock of {@link OutboundQueue}.
 */
public final class DeferredFlush {
    private final ReentrantLock lock;
    // Guarded by lock.
    private boolean claimed;
    private boolean waits;
    private long waitsSince;

    /** @param lock the lock of the queue */
    DeferredFlush(ReentrantLock lock) {
        this.lock = lock;
    }

    /** Called when a frame was accepted: unless others already wait, its time begins. The lock is held. */
    void accepted() {
        if (!waits) {
            waits = true;
            waitsSince = System.nanoTime();
        }
    }

    /** Called when all accepted frames were handed to the transport. The lock is held. */
    void flushed() {
        waits = false;
        claimed = false;
    }

    /** Whether the caller must flush later: true for the first caller since the last flush. */
    public boolean claim() {
        lock.lock();
        try {
            boolean first = !claimed;
            claimed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether frames wait since {@code since}, a time of {@link System#nanoTime}, or longer. Never waits: it is false
     * while another thread has the lock, perhaps in an extension that blocks.
     */
    public boolean waitsSince(long since) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            return waits && waitsSince - since <= 0;
        } finally {
            lock.unlock();
        }
    }
}
