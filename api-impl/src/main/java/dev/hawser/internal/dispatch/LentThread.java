package dev.hawser.internal.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The one thread of the container that runs the queue of {@link Workers} while none of theirs can be started. */
final class LentThread {
    private final Executor lender;
    private final Object lock;

    /**
     * Whether a thread runs the queue, or is about to. Guarded by lock. {@link Workers} writes it directly when it has
     * taken a turn, because a method call could throw a StackOverflowError and lose the turn.
     */
    boolean lent;

    /**
     * @param lender lends a thread for one task
     * @param lock the lock of the workers
     */
    LentThread(Executor lender, Object lock) {
        this.lender = lender;
        this.lock = lock;
    }

    /** Lends a thread for the task, unless one is already lent. Returns false if the container has none to lend now. */
    boolean lendFor(Runnable task) {
        synchronized (lock) {
            if (lent) {
                return true;
            }
            lent = true;
        }
        try {
            lender.execute(task);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            synchronized (lock) {
                lent = false;
            }
            return false;
        }
    }
}
