package dev.hawser.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Predicate;

/**
 * The waits of callbacks and other threads inside the engine: for room or for the network in a send, and for the rest
 * of a streamed message. Each wait is made of short ones, after which the thread looks again, so it also ends when the
 * test moves the time. Callbacks whose waits end at once go on one after the other, the one that has waited longest
 * first. Thread-safe by the lock of {@link TurnOrder}, which is not held while a thread waits.
 */
final class EngineWaits {
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(1);

    private final Object lock;
    private final Duration patience;
    private final Predicate<Thread> mayGoOn;

    // Guarded by lock.
    private final Map<Thread, Wait> byThread = new HashMap<>();
    /** How often something happened that a thread may wait for. */
    private long changes;

    private long begun;

    private static final class Wait {
        /** By the time of the test. */
        final long until;
        /** Whether it is that of a callback. */
        final boolean ours;
        /** Those that began earlier have lower numbers. */
        final long number;
        /** By the time of the JVM. */
        long unchangedSince = System.nanoTime();
        /** The changes that it knows of, since it has looked after them. */
        long seen = -1;

        boolean inside;

        Wait(long until, boolean ours, long number) {
            this.until = until;
            this.ours = ours;
            this.number = number;
        }
    }

    /**
     * @param patience how long a thread of the test waits while nothing happens at all
     * @param mayGoOn whether the thread of a callback may leave its wait now; called with the lock held
     */
    EngineWaits(Object lock, Duration patience, Predicate<Thread> mayGoOn) {
        this.lock = lock;
        this.patience = patience;
        this.mayGoOn = mayGoOn;
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
                wait = new Wait(until, ours, begun++);
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
        boolean leaves = false;
        try {
            while (!leaves) {
                condition.awaitNanos(SLICE);
                leaves = leaves(wait);
            }
        } finally {
            if (!leaves) { // interrupted
                leave(wait);
            }
        }
    }

    private boolean leaves(Wait wait) {
        synchronized (lock) {
            boolean leaves = !wait.ours || mayGoOn.test(Thread.currentThread());
            if (leaves) {
                leave(wait);
            }
            return leaves;
        }
    }

    private void leave(Wait wait) {
        synchronized (lock) {
            wait.inside = false;
            lock.notifyAll();
        }
    }

    /** The wait of this thread is over, if it has waited. */
    void waited() {
        synchronized (lock) {
            if (byThread.remove(Thread.currentThread()) != null) {
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

    /** Whether the thread is inside a wait that goes on, or that began later than that of another. */
    boolean letsPass(Thread thread, Thread another, long now) {
        Wait wait = byThread.get(thread);
        Wait earlier = byThread.get(another);
        return isWaiting(thread, now)
                || isInside(thread) && wait != null && earlier != null && earlier.number < wait.number;
    }

    /** Whether a thread that runs no callback has yet to look whether its wait ends. */
    boolean doOthersLook(long now) {
        return byThread.entrySet().stream()
                .anyMatch(entry -> !entry.getValue().ours && !isWaiting(entry.getKey(), now));
    }

    /** The first time at which a wait ends, or {@code most} if that is earlier. */
    long first(long most) {
        long first = most;
        for (Wait wait : byThread.values()) {
            if (wait.until - first < 0) {
                first = wait.until;
            }
        }
        return first;
    }
}
