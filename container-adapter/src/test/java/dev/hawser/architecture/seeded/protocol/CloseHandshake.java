package dev.hawser.architecture.seeded.protocol;

import java.util.concurrent.locks.ReentrantLock;

/** May lock, may throw an exception of ours that extends one of ours. */
public final class CloseHandshake {
    private final ReentrantLock lock = new ReentrantLock();

    /** Throws what is ours. */
    public synchronized void refuse() throws Refusal {
        lock.lock();
        try {
            throw new Refusal();
        } finally {
            lock.unlock();
        }
    }
}
