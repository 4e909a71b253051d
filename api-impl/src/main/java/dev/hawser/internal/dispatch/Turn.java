package dev.hawser.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Work of one session for a callback thread: its received messages, or its ended sends. {@code run} never throws what
 * the application threw. It throws an error of the JVM, such as an OutOfMemoryError, only if the turn has not begun,
 * and is then called again.
 */
public interface Turn extends Runnable {
    /**
     * Whether this turn will probably block, so that it runs on a thread of {@link BlockingTurns} and not on a shared
     * worker.
     */
    default boolean mayBlock() {
        return false;
    }

    /** Called before the turn runs on a thread of {@link BlockingTurns} although {@link #mayBlock} was false. */
    default void runsWhereItMayBlock() {}

    /** Whether this turn runs on a new virtual thread, whether it blocks or not. */
    default boolean wantsVirtualThread() {
        return false;
    }

    /** Whether this turn does not wait, so that it may run on the event loop whose turn made it due. */
    default boolean suitsEventLoops() {
        return false;
    }

    /**
     * Called on the event loop on which this turn then runs, because of {@link #suitsEventLoops}.
     *
     * @param among what it belongs to: the rest must not wait if this turn does, though it must not
     */
    default void runsOnEventLoopNow(Followers among) {}

    /**
     * What is to follow this turn on the calling thread, which runs it; null if that is not an event loop. The turn
     * runs them when it has ended.
     */
    default @Nullable Followers followingTurns() {
        return null;
    }

    /** Passes {@link #followingTurns} on to the workers, if the first was added at that time or before. */
    default void passOnFollowing(long before) {}

    /** What follows a turn on an event loop. */
    interface Followers {
        /** Adds a turn. Called by the event loop in its own turn. It throws only if the turn was not added. */
        void add(Ticket ticket);

        /**
         * Passes the turns on to the workers if the first was added at {@code before}, a time of {@link
         * System#nanoTime}, or earlier. If it throws, it must be called again. Thread-safe.
         */
        void passOn(long before);
    }

    /** How much the session probably has to do. Thread-safe; an outdated result does no harm. */
    default Weight weight() {
        return Weight.USUAL;
    }

    /** The order in which turns get a worker. */
    enum Weight {
        /** The last turns of the session were short, so this one probably is. */
        QUICK,
        /** The turn may take long, so it waits behind the quick ones. The first turns of each session are usual. */
        USUAL,
        /** The session has more to do than a turn takes. */
        HEAVY
    }

    /** Whether the running turn holds a worker, and waits or takes long. Called by the monitor. */
    default boolean isLostToWorkers(long now, ThreadSight sight) {
        return false;
    }

    /** Sends replies that were held back since {@code since} or longer. Called by the monitor while the turn runs. */
    default void flushDeferredSince(long since) {}

    /**
     * Called on the running turn's thread, at a point where it can wait: it stands aside if it has had its share of
     * time and other turns wait.
     *
     * @param standAside waits until the turn may continue
     */
    default void mayStandAside(Runnable standAside) {}

    /** Whether this turn runs callbacks of the application now, on that thread. */
    default boolean runsOn(Thread thread) {
        return false;
    }

    /** Shows whose callbacks this turn runs now, if it runs callbacks of the application. Called by the timer. */
    default void showCallbacks(CallbackLook look) {}

    /** Whether this turn runs now on that thread, and the thread is an event loop, which must not wait. */
    default boolean runsOnEventLoop(Thread thread) {
        return false;
    }

    /**
     * If the turn waits for the rest of a streamed message, how fast that comes, as a share of the minimum rate. 1 or
     * more if the turn does not wait, or not for long.
     */
    default double peersPace(long now) {
        return 1;
    }

    /**
     * Ends the wait of {@link #peersPace}, and with it the session, because its thread is needed. Thread-safe; does not
     * block.
     */
    default void giveWay() {}

    /** The queue entry of a turn, made once for it. It is queued at most once at a time. */
    final class Ticket {
        /**
         * How often in a row {@link Turn#run} may throw before it is given up, so that a turn that always throws does
         * not run for ever.
         */
        private static final int TRIES = 4;

        final Turn turn;
        /** Guarded by the lock of the queue. */
        @Nullable Ticket next;
        /** How often in a row the turn threw. */
        private int failures;

        public Ticket(Turn turn) {
            this.turn = turn;
        }

        /** Called after the turn threw. Returns whether it must run again. */
        boolean mayRunAgain() {
            failures++;
            return failures < TRIES;
        }

        /**
         * Called after the turn did not throw. Another thread may already run the turn again; a lost count only allows
         * one more attempt.
         */
        void ran() {
            if (failures > 0) {
                failures = 0;
            }
        }
    }
}
