package dev.hawser.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Work of one session that waits for a callback thread: its received messages, or its ended sends. It never throws what
 * the application threw. Where the Java machine itself throws, as for want of memory, {@code run} throws only if the
 * turn has not begun, and is called again.
 */
public interface Turn extends Runnable {
    /**
     * Whether this turn is likely to block, so that it runs on a thread of {@link BlockingTurns} instead of a shared
     * worker.
     */
    default boolean mayBlock() {
        return false;
    }

    /**
     * The turn, which was expected not to block, runs on such a thread after all. Called before it does, by who
     * schedules it.
     */
    default void runsWhereItMayBlock() {}

    /** Whether this turn is to run on a virtual thread of its own, whether it blocks or not. */
    default boolean wantsVirtualThread() {
        return false;
    }

    /** How much the session has to do, as far as is known. Any thread; an old answer does no harm. */
    default Weight weight() {
        return Weight.USUAL;
    }

    /** In which order turns get a worker. */
    enum Weight {
        /** The last turns of the session took next to nothing, and so will this one. */
        QUICK,
        /** It waits behind the quick ones, since it may take long: the first turns of each session do. */
        USUAL,
        /** The session has more to do than a turn takes. */
        HEAVY
    }

    /** The monitor looks at the running turn: whether it holds a worker and waits, or takes long. */
    default boolean isLostToWorkers(long now, ThreadSight sight) {
        return false;
    }

    /**
     * Sends replies that have been held back since {@code since} or longer. Called by the monitor while the turn runs.
     */
    default void flushDeferredSince(long since) {}

    /**
     * The running turn is at a point where it can wait, on its own thread: it stands aside if it has had its share of
     * time and others wait.
     *
     * @param standAside waits until it goes on
     */
    default void mayStandAside(Runnable standAside) {}

    /** Whether callbacks of the application run in this turn now, on that thread. */
    default boolean runsOn(Thread thread) {
        return false;
    }

    /** Whether the turn runs now on that thread, and the thread is an event loop, which must not wait. */
    default boolean runsOnEventLoop(Thread thread) {
        return false;
    }

    /**
     * If the turn waits for the rest of a streamed message: how fast that comes, as a share of the least rate of a
     * message. 1 or more if it does not wait, or not for long.
     */
    default double peersPace(long now) {
        return 1;
    }

    /**
     * Ends the wait of {@link #peersPace}, and with it the session: its thread is needed. Any thread; does not block.
     */
    default void giveWay() {}

    /** A turn's place in the ready queue, made once with the session. It is queued at most once at a time. */
    final class Ticket {
        /**
         * How often in a row {@link Turn#run} may throw before it is given up: what always throws must not run for
         * ever.
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

        /** The turn threw. Returns whether it is to be run again. Called by who ran it. */
        boolean mayRunAgain() {
            failures++;
            return failures < TRIES;
        }

        /**
         * The turn did not throw. Called by who ran it, when another may run it already: a count that is lost is one
         * more try.
         */
        void ran() {
            if (failures > 0) {
                failures = 0;
            }
        }
    }
}
