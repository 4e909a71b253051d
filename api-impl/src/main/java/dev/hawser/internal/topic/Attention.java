package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import java.util.Arrays;

/**
 * The sessions that need something after one publication, usually a flush. The publisher attends a few itself; many are
 * handed to callback threads, so that a callback that publishes is not delayed by a write for each subscriber. These
 * threads cannot change the order of messages, which the queues have already. Not thread-safe: it serves one
 * publication.
 */
final class Attention {
    /** The most that the publisher attends itself. */
    private static final int FEW = 8;
    /** The most that one turn attends, in well below a millisecond. */
    private static final int TURN = 64;

    private final DrainDispatcher dispatcher;
    private Subscriber[] subscribers = new Subscriber[FEW];
    private int count;

    Attention(DrainDispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    void add(Subscriber subscriber) {
        if (count == subscribers.length) {
            subscribers = Arrays.copyOf(subscribers, 4 * count);
        }
        subscribers[count++] = subscriber;
    }

    /** Called without locks. */
    void pay() {
        if (count <= FEW) {
            attend(0, count);
            return;
        }
        for (int from = 0; from < count; from += TURN) {
            int begin = from;
            int end = Math.min(from + TURN, count);
            try {
                dispatcher.readySoon(new Turn.Ticket(new AttentionTurn(this, begin, end)));
            } catch (Throwable e) { // no memory or stack, or the container stops
                attend(begin, end);
            }
        }
    }

    private void attend(int from, int to) {
        for (int i = from; i < to; i++) {
            try {
                subscribers[i].attend();
            } catch (Throwable e) {
                // The session's connection handles the failure of its flush; the other sessions must get theirs.
            }
        }
    }

    private record AttentionTurn(Attention all, int from, int to) implements Turn {
        @Override
        public void run() {
            all.attend(from, to);
        }
    }
}
