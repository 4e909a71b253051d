package dev.hawser.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * The turns that wait for a worker, by weight: a small message does not wait for all sessions with work for whole
 * turns, nor for slow callbacks. But one of four turns is a heavier one, if any waits, and so on among these. The queue
 * allocates nothing. Guarded by its owner's lock.
 */
final class ReadyQueue {
    private final Lane heavy = new Lane(null);
    private final Lane usual = new Lane(heavy);
    private final Lane quick = new Lane(usual);

    private long taken;
    /** The number of turns in all lanes except the heavy one. */
    private int light;
    /** Whether {@link #light} is not zero. Written with the owner's lock held, also read without it. */
    private volatile boolean anyLight;

    void add(Turn.Ticket ticket, Turn.Weight weight) {
        Lane lane = switch (weight) {
            case QUICK -> quick;
            case USUAL -> usual;
            case HEAVY -> heavy;
        };
        lane.turns.add(ticket);
        if (lane != heavy) {
            light++;
            if (light == 1) {
                anyLight = true;
            }
        }
    }

    Turn.@Nullable Ticket poll() {
        Lane lane = quick.next();
        Turn.Ticket ticket = lane == null ? null : lane.turns.poll();
        if (ticket != null) { // no call may follow, since it could throw and lose the ticket
            taken++;
            if (lane != heavy) {
                light--;
                if (light == 0) {
                    anyLight = false;
                }
            }
        }
        return ticket;
    }

    int size() {
        return quick.turns.size() + usual.turns.size() + heavy.turns.size();
    }

    /** Whether turns wait that are not heavy. Thread-safe; the result may be old. */
    boolean anyLight() {
        return anyLight;
    }

    /** How many turns were taken so far. */
    long taken() {
        return taken;
    }

    /** The turns of one weight. */
    private static final class Lane {
        private static final int IN_A_ROW = 3;

        final DispatchThreads.Queue turns = new DispatchThreads.Queue();
        private final @Nullable Lane heavier;
        /** How many turns in a row were taken while a heavier one waited. */
        private int row;

        Lane(@Nullable Lane heavier) {
            this.heavier = heavier;
        }

        /** The lane of the next turn, this one or a heavier one; null if all are empty. Counts the turn as taken. */
        @Nullable Lane next() {
            Lane other = heavier;
            boolean othersWait = other != null && other.isAnyWaiting();
            if (turns.size() > 0 && !(othersWait && row >= IN_A_ROW)) {
                row = othersWait ? row + 1 : 0;
                return this;
            }
            row = 0;
            return other == null ? null : other.next();
        }

        private boolean isAnyWaiting() {
            return turns.size() > 0 || heavier != null && heavier.isAnyWaiting();
        }
    }
}
