package dev.hawser.internal.transport;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ended sends of one queue whose completion was not yet called, linked to each other. If a call throws, that send
 * and those behind it stay here for the next call.
 */
final class EndedSends {
    private final ReentrantLock lock;

    // Guarded by lock. PendingSends writes the fields directly, because a method call could throw a StackOverflowError
    // and lose a send.
    @Nullable PendingSend first;

    @Nullable PendingSend last;

    /** @param lock the lock of the queue */
    EndedSends(ReentrantLock lock) {
        this.lock = lock;
    }

    /** The lock is held. */
    boolean isEmpty() {
        return first == null;
    }

    /** Takes all sends, and returns the first of them, or null. The lock is held. */
    @Nullable PendingSend take() {
        PendingSend taken = first;
        first = null;
        last = null;
        return taken;
    }

    /**
     * Passes all sends to the listener, in order, without the lock. If that throws, it is tried again at once, since
     * there is no next call if the queue has ended. If it throws again, the sends stay for the next call.
     */
    void tell(OutboundListener listener) {
        try {
            tellOnce(listener);
        } catch (RuntimeException | Error e) {
            tellOnce(listener);
        }
    }

    private void tellOnce(OutboundListener listener) {
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

    /** Puts sends back, in front of those that have ended meanwhile. */
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
