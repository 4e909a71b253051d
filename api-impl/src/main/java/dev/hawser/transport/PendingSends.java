package dev.hawser.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sends of one queue that somebody waits for, in order. Holds nothing while there are none. The lock of {@link OutboundQueue} guards it. */
final class PendingSends {
    private @Nullable ArrayDeque<PendingSend> waiting;

    /** In the order of the positions: of two threads, the one that was accepted first may come second. */
    void add(PendingSend send) {
        ArrayDeque<PendingSend> sends = waiting;
        if (sends == null) {
            sends = new ArrayDeque<>();
            waiting = sends;
        }
        ArrayDeque<PendingSend> later = null;
        for (PendingSend last = sends.peekLast();
                last != null && last.position() > send.position();
                last = sends.peekLast()) {
            later = later == null ? new ArrayDeque<>() : later;
            later.push(sends.removeLast());
        }
        sends.add(send);
        if (later != null) {
            sends.addAll(later);
        }
    }

    /** Takes those that end at {@code position} or before. */
    List<PendingSend> takeUpTo(long position) {
        ArrayDeque<PendingSend> sends = waiting;
        if (sends == null) {
            return List.of();
        }
        List<PendingSend> ended = new ArrayList<>();
        for (PendingSend send = sends.peek(); send != null && send.position() <= position; send = sends.peek()) {
            ended.add(sends.remove());
        }
        if (sends.isEmpty()) {
            waiting = null;
        }
        return ended;
    }

    /** Takes all, as failed with {@code cause}. */
    List<PendingSend> failAll(Throwable cause) {
        List<PendingSend> failed = takeUpTo(Long.MAX_VALUE);
        for (PendingSend send : failed) {
            send.fail(cause);
        }
        return failed;
    }

    /** How long until the earliest deadline, in nanoseconds; {@link Long#MAX_VALUE} if nothing waits. */
    long untilDeadline(long now) {
        long wait = Long.MAX_VALUE;
        if (waiting != null) {
            for (PendingSend send : waiting) {
                wait = Math.min(wait, send.deadline() - now);
            }
        }
        return wait;
    }
}
