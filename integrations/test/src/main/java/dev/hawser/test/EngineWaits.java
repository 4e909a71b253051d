package dev.hawser.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * The waits of callbacks and other threads inside the engine: for room or for the network in a send, and for the rest
 * of a streamed message. Each wait is made of short ones, after which the thread looks again, so it also ends when the
 * test moves the time. Thread-safe by the lock of {@link TurnOrder}, which is not held while a thread waits.
 */
final class EngineWaits {
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(1);

    private final Object lock;
    private final Duration patience;

    // Guarded by lock.
    private final Map<Thread, Wait> byThread = new HashMap<>();
    /** How often something happened that a thread may wait for. */
    private long changes;

    private static final class Wait {
        /** By the time of the test. */
        final long until;
        /** By the time of the JVM. */
        long unchangedSince = System.nanoTime();
        /** The changes that it knows of, since it has looked after them. */
        long seen = -1;

        boolean inside;

        Wait(long until) {
            this.until = until;
        }
    }

    /** @param patience how long a thread of the test waits while nothing happens at all */
    EngineWaits(Object lock, Duration patience) {
        this.lock = lock;
        this.patience = patience;
    }

    /**
     * Waits for a moment. The condition's lock is held.
     *
     * @param ours whether it is the thread of a callback, so that the test goes on meanwhile
     * @throws IllegalStateException if the thread is another, and nothing happens for long that would end its wait
     */
    @SuppressWarnings({"WaitNotInLoop", "ResultOfMethodCallIgnored"}) // the engine has the loop
    void await(Condition condition, long until, boolean ours) throws InterruptedException {
        Wait wait;
        synchronized (lock) {
            wait = byThread.get(Thread.currentThread());
            if (wait == null || wait.until != until) {
                wait = new Wait(until);
                byThread.put(Thread.currentThread(), wait);
            }
            if (wait.seen != changes) {
                wait.seen = changes;
                wait.unchangedSince = System.nanoTime();
            } else if (!ours && System.nanoTime() - wait.unchangedSince > patience.toNanos()) {
                throw new IllegalStateException("This send waits for a peer that does not read, and time stands still."
                        + " Let the peer read, or call advance in another thread");
            }
            wait.inside = true;
            lock.notifyAll();
        }
        try {
            condition.awaitNanos(SLICE);
        } finally {
            synchronized (lock) {
                wait.inside = false;
                lock.notifyAll();
            }
        }
    }

    // The lock is held below.

    /** Something has happened: who waits must look again before it counts as waiting. */
    void recheck() {
        changes++;
    }

    /** Whether the thread is inside a wait, and has looked whether that ends. */
    boolean isWaiting(Thread thread, long now) {
        Wait wait = byThread.get(thread);
        return wait != null && wait.inside && wait.seen == changes && wait.until - now > 0;
    }

    /** Whether the thread is inside a wait. */
    boolean isInside(Thread thread) {
        Wait wait = byThread.get(thread);
        return wait != null && wait.inside;
    }

    /** The first time at which a wait ends, or {@code most} if that is earlier. */
    long first(long most) {
        long first = most;
        for (Wait wait : byThread.values()) {
            if (wait.inside && wait.until - first < 0) {
                first = wait.until;
            }
        }
        return first;
    }
}
