package dev.hawser.internal.transport;

import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where threads wait until an {@link OutboundQueue} has got further. Costs nothing while nobody does. The queue's lock
 * guards it.
 */
final class Progress {
    private final ReentrantLock lock;
    private @Nullable Condition made;
    private int waiters;
    /** Those among them that wait for room. */
    private int roomWaiters;

    Progress(ReentrantLock lock) {
        this.lock = lock;
    }

    /**
     * One wait for what has been accepted to be written, for callers that loop over their condition; false once the
     * deadline has passed.
     *
     * @throws InterruptedIOException if the thread is interrupted, whose flag stays: what was accepted is sent all the
     *     same
     */
    boolean await(long deadline) throws InterruptedIOException {
        return await(
                deadline,
                "interrupted while a send waited: it is queued, and goes out whole unless the connection ends");
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private boolean await(long deadline, String interrupted) throws InterruptedIOException {
        if (made == null) {
            made = lock.newCondition();
        }
        long nanos = deadline - System.nanoTime();
        waiters++;
        try {
            return nanos > 0 && made.awaitNanos(nanos) > Long.MIN_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException told = new InterruptedIOException(interrupted);
            told.initCause(e);
            throw told;
        } finally {
            waiters--;
        }
    }

    /**
     * One wait for room, so that others can be told to leave some.
     *
     * @throws InterruptedIOException if the thread is interrupted, whose flag stays: nothing has been accepted
     */
    boolean awaitRoom(long deadline) throws InterruptedIOException {
        roomWaiters++;
        try {
            return await(deadline, "interrupted while a send waited for room; nothing of it was sent");
        } finally {
            roomWaiters--;
        }
    }

    boolean isRoomAwaited() {
        return roomWaiters > 0;
    }

    void signal() {
        if (waiters > 0 && made != null) {
            made.signalAll();
        }
    }
}
