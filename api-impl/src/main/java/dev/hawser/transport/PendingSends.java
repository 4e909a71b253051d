package dev.hawser.transport;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one queue that somebody waits for, in the order of their positions: a chain through the sends themselves, so that to wait
 * costs no memory beside them. The earliest deadline is known at any time. The lock of {@link OutboundQueue} guards it.
 */
final class PendingSends {
    /** What a send that waits holds: itself, and its completion. */
    private static final int BYTES_EACH = 64;

    private @Nullable PendingSend first;
    private @Nullable PendingSend last;
    private int count;

    /** The latest deadline that was seen since the chain was empty. */
    private long latest;

    /**
     * Those that must be done before one that was accepted earlier, since the timeout was lowered, but for those behind which one with an
     * earlier deadline waits: so their deadlines ascend. All others have deadlines not before that of the first send of the chain.
     */
    private @Nullable ArrayDeque<PendingSend> urgent;

    /** Adds a send whose position is behind all others. */
    void add(PendingSend send) {
        PendingSend before = last;
        if (before == null) {
            first = send;
            latest = send.deadline();
        } else {
            before.next(send);
            if (send.deadline() - latest >= 0) {
                latest = send.deadline();
            } else {
                addUrgent(send);
            }
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

    /** Takes those that end at {@code position} or before: the first of a chain, or null. */
    @Nullable PendingSend takeUpTo(long position) {
        PendingSend taken = first;
        if (taken == null || taken.position() > position) {
            return null;
        }
        PendingSend end = taken;
        forget(end);
        for (PendingSend next = end.next(); next != null && next.position() <= position; next = end.next()) {
            end = next;
            forget(end);
        }
        first = end.next();
        end.next(null);
        if (first == null) {
            last = null;
            urgent = null;
        }
        return taken;
    }

    @SuppressWarnings("ReferenceEquality") // it is that send, or it is not
    private void forget(PendingSend send) {
        count--;
        if (urgent != null && urgent.peek() == send) {
            urgent.remove();
        }
    }

    /** Takes all, as failed with {@code cause}: the first of a chain, or null. */
    @Nullable PendingSend failAll(Throwable cause) {
        PendingSend failed = takeUpTo(Long.MAX_VALUE);
        for (PendingSend send = failed; send != null; send = send.next()) {
            send.fail(cause);
        }
        return failed;
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
