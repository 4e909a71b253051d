package dev.hawser.session;

import org.jspecify.annotations.Nullable;

/** Work of one session that waits for a callback thread: its received messages, or its ended sends. It never throws. */
interface Turn extends Runnable {
    /** Whether this turn is likely to block, so that it runs on the container's executor instead of a shared worker. */
    boolean mayBlock();

    /** Whether this turn is to run on a virtual thread of its own, whether it blocks or not. */
    boolean wantsVirtualThread();

    /** Sends replies that have been held back since {@code since} or longer. Called by the monitor while the turn runs. */
    void flushDeferredSince(long since);

    /** Whether callbacks of the application run in this turn now, on that thread. */
    boolean runsOn(Thread thread);

    /** Whether the turn runs now on that thread, and the thread is an event loop, which must not wait. */
    boolean runsOnEventLoop(Thread thread);

    /** A turn's place in the ready queue, made once with the session. It is queued at most once at a time. */
    final class Ticket {
        final Turn turn;
        /** Guarded by the lock of the queue. */
        @Nullable Ticket next;

        Ticket(Turn turn) {
            this.turn = turn;
        }
    }
}
