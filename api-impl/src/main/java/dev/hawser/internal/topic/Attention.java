package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import java.util.Arrays;

/**
 * The sessions that one publication has left with something to do: mostly a flush. A few are attended at once; many are
 * handed to callback threads, so that who publishes from a callback is not held up by a write for each subscriber. The
 * order of messages is made before, by the queues, so these threads cannot change it. Not thread-safe: it serves one
 * publication.
 */
final class Attention {
    /** So many are attended by the publisher. */
    private static final int FEW = 8;
    /** So many are attended in one turn, which takes well below a millisecond. */
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
            } catch (Throwable e) { // for want of memory or stack, or since the container stops
                attend(begin, end);
            }
        }
    }

    private void attend(int from, int to) {
        for (int i = from; i < to; i++) {
            try {
                subscribers[i].attend();
            } catch (Throwable e) {
                // Its connection deals with what a flush meets; the others are to have theirs.
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
