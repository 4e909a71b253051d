package dev.hawser.internal.transport;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one queue that have a completion, in the order of their positions. They are linked to each other, so
 * that no other memory is needed. The earliest deadline is always known. Guarded by the lock of {@link OutboundQueue}.
 */
final class PendingSends {
    /** The memory of a waiting send and its completion. */
    private static final int BYTES_EACH = 64;

    private final EndedSends ended;
    private @Nullable PendingSend first;
    private @Nullable PendingSend last;
    private int count;

    /** The latest deadline since the list was empty. */
    private long latest;

    /**
     * The sends whose deadline is before that of an earlier send, because the timeout was lowered, without those that
     * have one with an earlier deadline behind them: so their deadlines ascend. All other sends have deadlines not
     * before that of the first send of the list.
     */
    private @Nullable ArrayDeque<PendingSend> urgent;

    /** @param ended takes the ended sends */
    PendingSends(EndedSends ended) {
        this.ended = ended;
    }

    /** Adds a send whose position is after all others. */
    void add(PendingSend send, long position) {
        send.accepted(position);
        PendingSend before = last;
        if (before == null || send.deadline() - latest >= 0) {
            latest = send.deadline();
        } else {
            addUrgent(send); // first, since it may throw an OutOfMemoryError
        }
        if (before == null) {
            first = send;
        } else {
            before.next = send;
        }
        last = send;
        count++;
    }

    private void addUrgent(PendingSend send) {
        ArrayDeque<PendingSend> sends = urgent;
        if (sends == null) {
            sends = new ArrayDeque<>();
            urgent = sends;
        }
        for (PendingSend later = sends.peekLast();
                later != null && later.deadline() - send.deadline() >= 0;
                later = sends.peekLast()) {
            sends.removeLast();
        }
        sends.add(send);
    }

    /** The memory of all sends, in bytes. */
    long heldBytes() {
        return (long) count * BYTES_EACH;
    }

    /**
     * Moves the sends that end at {@code position} or before to the ended ones. If it throws, it may be called again.
     */
    @SuppressWarnings("ReferenceEquality") // the same object is the same send
    void endUpTo(long position) {
        PendingSend send = first;
        while (send != null && send.position() <= position) {
            if (urgent != null && urgent.peek() == send) {
                urgent.remove();
            }
            // No method is called from here on, so that a send is always in one of the two lists.
            first = send.next;
            send.next = null;
            count--;
            if (ended.last == null) {
                ended.first = send;
            } else {
                ended.last.next = send;
            }
            ended.last = send;
            send = first;
        }
        if (first == null) {
            last = null;
            urgent = null;
        }
    }

    /**
     * Fails all sends with one IOException, and moves them to the ended ones. If it throws, it may be called again.
     * Without a send no exception is made: its stack trace would cost more than the rest of most ends.
     */
    void failAll(String why) {
        if (first == null) {
            return;
        }
        IOException cause = new IOException(why);
        for (PendingSend send = first; send != null; send = send.next) {
            send.fail(cause);
        }
        endUpTo(Long.MAX_VALUE);
    }

    /** The nanoseconds until the earliest deadline; {@link Long#MAX_VALUE} if no send waits. */
    long untilDeadline(long now) {
        PendingSend oldest = first;
        if (oldest == null) {
            return Long.MAX_VALUE;
        }
        PendingSend hurried = urgent == null ? null : urgent.peek();
        long wait = oldest.deadline() - now;
        return hurried == null ? wait : Math.min(wait, hurried.deadline() - now);
    }
}
