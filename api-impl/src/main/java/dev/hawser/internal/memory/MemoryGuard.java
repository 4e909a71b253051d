package dev.hawser.internal.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections hold between two looks of {@link MemoryWatch}: a server can queue a hundred megabytes in that
 * time, and a thousand peers can send them. What waits to be sent, and what a reading has left, is told in steps, so
 * that a message costs nothing more than before. Once all may hold an eighth more than the budget, the thread that told
 * the last step looks itself; and if it is true, asynchronous sends are refused to connections that would hold more
 * than their share, and those that have read more than it pause, until less than the budget is held again. Thread-safe.
 *
 * <p>What is told may be too much, since an array that many queues hold is told by each of them. So it decides nothing;
 * it only asks for a look, which counts such arrays once.
 */
public final class MemoryGuard {
    /** Growth of a connection is told in steps of so many bytes, or less if there are many connections. */
    private static final long STEP = 32 * 1024;

    private static final long LEAST_STEP = 1024;

    /** Refuses nothing. */
    public static final MemoryGuard NONE = new MemoryGuard(0, () -> {});

    private final long budget;
    private final long most;
    private final Runnable look;
    /** What all held at the last look. */
    private volatile long held;
    /** By how much it has grown since, as told; negative if it has shrunk. */
    private final AtomicLong since = new AtomicLong();

    private final LongAdder paused = new LongAdder();
    private volatile boolean resumeOwed;

    private volatile long step;
    private volatile long bound = Long.MAX_VALUE;

    /**
     * @param budget in bytes; 0 is none
     * @param look looks at all connections if {@link #isDue}, and calls {@link #looked}; returns at once if another
     *     thread looks
     */
    MemoryGuard(long budget, Runnable look) {
        this.budget = budget;
        this.most = budget > 0 ? MemoryPolicy.farTooMuch(budget) : Long.MAX_VALUE;
        this.look = look;
        this.step = budget > 0 ? STEP : Long.MAX_VALUE; // without a budget nothing is told
    }

    /** Whether all may hold too much, and enough has been told since the last look for another one. */
    boolean isDue() {
        long grown = since.get();
        return bound == Long.MAX_VALUE && held + grown > most && grown > budget / 16;
    }

    /** Whether sends are refused. */
    boolean refuses() {
        return bound != Long.MAX_VALUE;
    }

    /** A connection has paused, for what it has read. The next look of the timer may resume it. */
    public void hasPaused() {
        resumeOwed = true;
        paused.increment();
    }

    /** A look that may have had to resume connections has failed. */
    void owesResume() {
        resumeOwed = true;
    }

    /** Whether connections have paused by themselves since {@link #takeResumeOwed}. */
    boolean isResumeOwed() {
        return resumeOwed;
    }

    /** The same; forgets it. It writes only after a true, since a connection may pause just now. */
    boolean takeResumeOwed() {
        if (!resumeOwed) {
            return false;
        }
        resumeOwed = false;
        return true;
    }

    /** How often connections have paused by themselves. */
    long paused() {
        return paused.sum();
    }

    /** Never below zero: arrays that many have are told by each of them also when they are written. */
    private void changed(long bytes) {
        since.accumulateAndGet(bytes, (before, change) -> Math.max(before + change, -held));
    }

    /** What has been told so far, for {@link #looked}: so nothing that is told during a look is lost. */
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
        long share = MemoryPolicy.share(budget, connections);
        held = all;
        step = Math.max(LEAST_STEP, Math.min(STEP, share / 8));
        since.addAndGet(-told);
        if (all <= budget) {
            bound = Long.MAX_VALUE;
        } else if (all > most || bound != Long.MAX_VALUE) {
            bound = share;
        }
    }

    /**
     * A connection holds so many bytes now. One thread at a time for each connection. Throws nothing for lack of
     * memory, since a message was accepted.
     *
     * @param last what was returned the last time; null the first time
     * @return what the connection has told; null if it never held enough for that, as most never do
     */
    public @Nullable Told tell(@Nullable Told last, long bytes) {
        Told told = last;
        if (told == null && bytes >= step) {
            told = makeTold();
        }
        if (told != null) {
            told.holds(bytes);
        }
        return told;
    }

    private @Nullable Told makeTold() {
        try {
            return new Told(this);
        } catch (OutOfMemoryError e) {
            return null; // the next message tries again
        }
    }

    /** Whether so many bytes are too many for one connection now. */
    public boolean isTooMuch(long holding) {
        return holding > bound;
    }

    /** What one connection has told. */
    public static final class Told {
        private final MemoryGuard guard;
        private volatile long bytes;
        /** Whether it has grown since {@link #lookIfGrown}. Read without the lock: late is early enough. */
        private volatile boolean grown;

        private Told(MemoryGuard guard) {
            this.guard = guard;
        }

        private void holds(long now) {
            long change = now - bytes;
            long step = guard.step;
            if (change >= step || change <= -step) {
                bytes = now;
                guard.changed(change);
                if (change > 0) {
                    grown = true;
                }
            }
        }

        /** A look has seen that it holds so many bytes. Any thread; an error lasts until the next look. */
        public void seen(long now) {
            bytes = now;
        }

        /**
         * Looks at all connections, if this one has grown and all may hold too much. The lock may be held: a look does
         * not wait for a connection.
         */
        public void lookIfGrown() {
            if (grown) {
                grown = false;
                if (guard.isDue()) {
                    guard.look.run();
                }
            }
        }
    }
}
