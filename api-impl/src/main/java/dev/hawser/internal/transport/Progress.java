package dev.hawser.internal.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an {@link OutboundQueue}. Threads can wait for it, which costs nothing while no thread waits.
 * Thread-safe by the queue's lock.
 */
public final class Progress {
    private static final String WAITED_TO_BE_WRITTEN =
            "interrupted while a send waited: it is queued, and goes out whole unless the connection ends";

    private final ReentrantLock lock;
    private final Clock clock;
    // Guarded by lock.
    private final OutboundFrames frames;
    private final OutboundEnd ending;
    private final OutstandingWrite write;
    private @Nullable Condition made;
    private int waiters;
    /** How many of the waiters wait for room. */
    private int roomWaiters;

    /** @param lock the lock of the queue */
    Progress(ReentrantLock lock, Clock clock, OutboundFrames frames, OutboundEnd ending, OutstandingWrite write) {
        this.lock = lock;
        this.clock = clock;
        this.frames = frames;
        this.ending = ending;
        this.write = write;
    }

    /** The clock of the container. */
    Clock clock() {
        return clock;
    }

    /**
     * The memory of what waits to be sent, in bytes, as the bounds of the queue count it. This and the next two methods
     * take no lock, so their results may be a moment old.
     */
    public long heldBytes() {
        return Math.max(0, frames.heldBytes());
    }

    /** What the pooled buffers of the queue take in addition. */
    public long unusedBytes() {
        return frames.unusedBytes();
    }

    /** The position up to which everything was handed to the network. */
    public long written() {
        return frames.written();
    }

    /**
     * Of the memory of what waits, the bytes of payloads that are in {@code seen}, because another queue has them, too;
     * adds the others. 0 if the queue is in use at this moment.
     */
    public long heldByOthers(Set<Object> seen) {
        if (!lock.tryLock()) {
            return 0;
        }
        try {
            return frames.payloadsIn(seen);
        } finally {
            lock.unlock();
        }
    }

    /** Whether all bytes up to {@code position} were handed to the network. */
    public boolean isWritten(long position) {
        lock.lock();
        try {
            return frames.written() >= position;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all bytes up to {@code position} were handed to the network.
     *
     * @return false if {@code deadline} has passed before
     * @throws InterruptedIOException if the thread is interrupted; its flag is kept, and what was accepted is still
     *     sent
     * @throws IOException if the queue has ended before
     */
    public boolean awaitWritten(long position, long deadline) throws IOException {
        lock.lock();
        try {
            while (frames.written() < position) {
                ending.throwIfEnded();
                if (!await(deadline, WAITED_TO_BE_WRITTEN)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
            clock.waited();
        }
    }

    /** Whether bytes wait for a thread of ours, and not for the network to take an outstanding write. */
    public boolean waitsForThread() {
        lock.lock();
        try {
            return !frames.isAllWritten() && !write.isInFlight();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while another thread is inside {@code Transport.write}, which never waits for the peer. */
    public void awaitWriting(long deadline) throws IOException {
        lock.lock();
        try {
            boolean inTime = true;
            while (inTime && write.isInCall()) {
                inTime = await(deadline, WAITED_TO_BE_WRITTEN);
            }
        } finally {
            lock.unlock();
            clock.waited();
        }
    }

    /** The bytes of frames that were accepted and not yet written. */
    public long bufferedBytes() {
        lock.lock();
        try {
            return frames.accepted() - frames.written();
        } finally {
            lock.unlock();
        }
    }

    /** The messages that were accepted and not yet written. */
    public int bufferedMessages() {
        lock.lock();
        try {
            return frames.messages();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits once, for callers that loop over their condition; returns false once the deadline has passed. The lock is
     * held.
     */
    private boolean await(long deadline, String interrupted) throws InterruptedIOException {
        if (made == null) {
            made = lock.newCondition();
        }
        long nanos = deadline - clock.nanoTime();
        waiters++;
        try {
            if (nanos > 0) {
                clock.await(made, nanos);
            }
            return nanos > 0;
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
     * Waits once for room; meanwhile {@link #isRoomAwaited} is true, so that others leave room. The lock is held, also
     * for the methods below.
     *
     * @throws InterruptedIOException if the thread is interrupted; its flag is kept, and nothing was accepted
     */
    boolean awaitRoom(long deadline) throws InterruptedIOException {
        roomWaiters++;
        try {
            return await(deadline, "interrupted while a send waited for room; nothing of it was sent");
        } finally {
            roomWaiters--;
        }
    }

    /** Called when a loop over {@link #awaitRoom} has ended. */
    void waited() {
        clock.waited();
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
