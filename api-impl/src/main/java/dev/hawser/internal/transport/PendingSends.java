package dev.hawser.internal.transport;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one queue that somebody waits for, in the order of their positions: a chain through the sends
 * themselves, so that to wait costs no memory beside them. The earliest deadline is known at any time. The lock of
 * {@link OutboundQueue} guards it.
 */
final class PendingSends {
    /** What a send that waits holds: itself, and its completion. */
    private static final int BYTES_EACH = 64;

    private final EndedSends ended;
    private @Nullable PendingSend first;
    private @Nullable PendingSend last;
    private int count;

    /** The latest deadline that was seen since the chain was empty. */
    private long latest;

    /**
     * Those that must be done before one that was accepted earlier, since the timeout was lowered, but for those behind
     * which one with an earlier deadline waits: so their deadlines ascend. All others have deadlines not before that of
     * the first send of the chain.
     */
    private @Nullable ArrayDeque<PendingSend> urgent;

    /** @param ended takes those that have ended */
    PendingSends(EndedSends ended) {
        this.ended = ended;
    }

    /** Adds a send whose position is behind all others. */
    void add(PendingSend send) {
        PendingSend before = last;
        if (before == null || send.deadline() - latest >= 0) {
            latest = send.deadline();
        } else {
            addUrgent(send); // first, since it may find no memory
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

    /** The memory that they hold, in bytes. */
    long heldBytes() {
        return (long) count * BYTES_EACH;
    }

    /** Those that end at {@code position} or before have ended. If it throws, it may be called again. */
    @SuppressWarnings("ReferenceEquality") // it is that send, or it is not
    void endUpTo(long position) {
        PendingSend send = first;
        while (send != null && send.position() <= position) {
            if (urgent != null && urgent.peek() == send) {
                urgent.remove();
            }
            // From here on nothing is called, so that whatever throws, a send is in one chain.
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

    /** All have ended, as failed with {@code cause}. If it throws, it may be called again. */
    void failAll(Throwable cause) {
        for (PendingSend send = first; send != null; send = send.next) {
            send.fail(cause);
        }
        endUpTo(Long.MAX_VALUE);
    }

    /** How long until the earliest deadline, in nanoseconds; {@link Long#MAX_VALUE} if nothing waits. */
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
