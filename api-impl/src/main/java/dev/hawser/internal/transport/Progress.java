package dev.hawser.internal.transport;

import java.io.IOException;
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

    /** One wait, for callers that loop over their condition; false once the deadline has passed. */
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    boolean await(long deadline) throws IOException {
        if (made == null) {
            made = lock.newCondition();
        }
        long nanos = deadline - System.nanoTime();
        waiters++;
        try {
            return nanos > 0 && made.awaitNanos(nanos) > Long.MIN_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a send waited; the message may still be sent", e);
        } finally {
            waiters--;
        }
    }

    /** The same for a caller that waits for room, so that others can be told to leave it some. */
    boolean awaitRoom(long deadline) throws IOException {
        roomWaiters++;
        try {
            return await(deadline);
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
