package dev.hawser.internal.transport;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one queue that have ended and wait to be told, as a chain through the sends themselves. Whatever throws
 * while one is told, that one and those behind it stay here until they are.
 */
final class EndedSends {
    private final ReentrantLock lock;
    private final OutboundListener listener;

    // Guarded by lock. Fields that PendingSends writes, since a call may find no stack when a send is in no other chain
    // any more.
    @Nullable PendingSend first;

    @Nullable PendingSend last;

    /** @param lock that of the queue */
    EndedSends(ReentrantLock lock, OutboundListener listener) {
        this.lock = lock;
        this.listener = listener;
    }

    /** Under the lock. */
    boolean isEmpty() {
        return first == null;
    }

    /** Under the lock: takes all, the first of a chain, or null. */
    @Nullable PendingSend take() {
        PendingSend taken = first;
        first = null;
        last = null;
        return taken;
    }

    /**
     * Tells all, in order, without the lock. If that throws, it is tried again at once, since there may be no next
     * call: the queue may have ended. What throws again stays for the next call, if there is one.
     */
    void tell() {
        try {
            tellOnce();
        } catch (RuntimeException | Error e) {
            tellOnce();
        }
    }

    private void tellOnce() {
        PendingSend send;
        lock.lock();
        try {
            send = take();
        } finally {
            lock.unlock();
        }
        PendingSend behind = null;
        try {
            for (; send != null; send = behind) {
                behind = send.next;
                send.next = null;
                listener.onCompleted(send);
            }
        } finally {
            if (send != null) {
                send.next = behind;
                putBack(send);
            }
        }
    }

    /** Before those that have ended since. */
    private void putBack(PendingSend untold) {
        PendingSend end = untold;
        while (end.next != null) {
            end = end.next;
        }
        lock.lock();
        try {
            end.next = first;
            first = untold;
            if (last == null) {
                last = end;
            }
        } finally {
            lock.unlock();
        }
    }
}
