package dev.hawser.internal.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds connections back between two looks of {@link MemoryWatch}. They come too late for a server that sends, or a
 * network that brings, a hundred megabytes in the time between them. What the connections hold is told in steps, so
 * that a message costs nothing more than before. Once all may hold a quarter more than the budget, the thread that told
 * the last step looks itself; and if it is true, no connection gets more than its share until less than the budget is
 * held again. Thread-safe.
 *
 * <p>What is told may be too much, since an array that many queues hold is told by each of them. So it decides nothing;
 * it only asks for a look, which counts such arrays once.
 */
public final class MemoryGuard {
    /** Growth of a connection is told in steps of so many bytes. */
    static final long STEP = 32 * 1024;

    /** Holds nobody back. */
    public static final MemoryGuard NONE = new MemoryGuard(0, () -> {});

    private final long budget;
    private final long most;
    private final Runnable look;
    /** What all held at the last look. */
    private volatile long held;
    /** By how much it has grown since, as told; negative if it has shrunk. */
    private final AtomicLong since = new AtomicLong();

    private volatile long bound = Long.MAX_VALUE;

    /**
     * @param budget in bytes; 0 is none
     * @param look looks at all connections, and calls {@link #looked}; returns at once if another thread looks
     */
    MemoryGuard(long budget, Runnable look) {
        this.budget = budget;
        this.most = budget > 0 ? budget + budget / 4 : Long.MAX_VALUE;
        this.look = look;
    }

    /** Looks at all connections, if they may hold too much. It waits for no lock. */
    private void lookIfDue() {
        if (bound == Long.MAX_VALUE && held + since.get() > most) {
            look.run();
        }
    }

    private void changed(long bytes) {
        since.addAndGet(bytes);
    }

    /**
     * What has been told so far; to be passed to {@link #looked}, so that nothing which is told during a look is lost.
     */
    long told() {
        return since.get();
    }

    /**
     * A look has ended.
     *
     * @param all what all connections hold
     * @param connections how many there are
     * @param told what had been told when it began
     */
    void looked(long all, long connections, long told) {
        held = all;
        since.addAndGet(-told);
        if (all <= budget) {
            bound = Long.MAX_VALUE;
        } else if (all > most || bound != Long.MAX_VALUE) {
            bound = MemoryPolicy.share(budget, connections);
        }
    }

    /** Tells what one direction of a connection holds. Guarded by the lock of what holds it. */
    public static final class Told {
        private final MemoryGuard guard;
        private long bytes;
        /** Whether it has grown since {@link #lookIfGrown}. Read without the lock: late is early enough. */
        private boolean grown;

        public Told(MemoryGuard guard) {
            this.guard = guard;
        }

        /** It holds so many bytes now. */
        public void holds(long now) {
            long change = now - bytes;
            if (change >= STEP || change <= -STEP) {
                bytes = now;
                grown |= change > 0;
                guard.changed(change);
            }
        }

        /** Looks at all connections, if this one has grown and all may hold too much. Called without the lock. */
        public void lookIfGrown() {
            if (grown) {
                grown = false;
                guard.lookIfDue();
            }
        }

        /** How many bytes may wait, if {@code own} is the bound of the connection. */
        public long bound(long own) {
            return Math.min(own, guard.bound);
        }
    }
}
