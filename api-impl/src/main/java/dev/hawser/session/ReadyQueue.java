package dev.hawser.session;

import org.jspecify.annotations.Nullable;

/**
 * The turns that wait for a worker. Those of sessions with little to do come first, so that a small message does not
 * wait for all the sessions that have work for the whole of each turn; but of each four turns one is of those, if there
 * are any. Needs no memory. Guarded by its owner's lock.
 */
final class ReadyQueue {
    private static final int LIGHT_IN_A_ROW = 3;

    private final DispatchThreads.Queue light = new DispatchThreads.Queue();
    private final DispatchThreads.Queue heavy = new DispatchThreads.Queue();
    /** How many light turns in a row have been taken while a heavy one waited. */
    private int row;

    private long taken;

    /** @param isHeavy see {@link Turn#isHeavy} */
    void add(Turn.Ticket ticket, boolean isHeavy) {
        (isHeavy ? heavy : light).add(ticket);
    }

    Turn.@Nullable Ticket poll() {
        boolean anyHeavy = heavy.size() > 0;
        boolean heavyIsDue = light.size() == 0 || anyHeavy && row >= LIGHT_IN_A_ROW;
        Turn.Ticket ticket = (heavyIsDue ? heavy : light).poll();
        if (ticket != null) { // nothing that may throw, for want of stack, after it was taken: it would be lost
            row = heavyIsDue || !anyHeavy ? 0 : row + 1;
            taken++;
        }
        return ticket;
    }

    int size() {
        return light.size() + heavy.size();
    }

    /** How many turns have been taken so far. */
    long taken() {
        return taken;
    }
}
