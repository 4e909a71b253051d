package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * The cost of the turns of one session, which decides where and when they run. A callback that is slow because it
 * <em>waits</em> goes to a thread that may block. A callback that is slow because it <em>computes</em> does not: more
 * threads than processors would only take time from others. A clock cannot distinguish the two, since on a busy machine
 * a computing thread waits for its processor; so the monitor looks at the thread.
 *
 * <p>The running turn writes all fields except those of the monitor, and the end of the turn publishes them to the next
 * one.
 */
public final class TurnLoad {
    /** How many events a turn delivers at most before other sessions have their turns. */
    private static final int TURN_EVENTS = 128;
    /** The bytes after which a turn ends, even if they are few events. */
    private static final long TURN_BYTES = 64 * 1024;
    /** The time after which a turn ends with its current event. */
    public static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How many fast callbacks run between two reads of the clock. */
    private static final int UNTIMED_EVENTS = 16;

    /** A turn with so many waiting bytes is heavy. */
    private static final long HEAVY_BYTES = 16 * 1024;
    /**
     * After this time a turn counts as holding its worker for itself, even if it computes, since others would wait for
     * its end.
     */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** After this time a turn that sends lets other turns go first. */
    private static final long SHARE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** The stack of a turn is not read before this time. */
    private static final long YOUNG_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** The longest time of a quick callback. */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final int LAST_TURNS = 0xFF;
    /**
     * How many of the last turns may have been slow, since on a busy machine a quick turn may wait for its processor.
     */
    private static final int MAY_LAG = 2;

    private static final int NOTHING = 0;
    private static final int COMPUTING = 1;
    private static final int WAITING = 2;

    private final long slowNanos;

    /** When the running turn began, plus the time in which it stood aside; published by the field with its thread. */
    private long began;
    /** When the running turn began or last stood aside. Only the turn uses it. */
    private long sharesSince;
    /** Whether the running turn stands aside. */
    private volatile boolean standsAside;
    /** What the monitor has seen of the running turn. */
    private volatile int seen;

    /** The average time of callbacks in nanoseconds. If they compute, it is at most half of the slow time. */
    private volatile long averageNanos;
    /** Whether the last turn was slow, and the monitor has not seen why. */
    private boolean unexplained;

    /** Whether the last turn ended before everything was delivered. */
    private volatile boolean heavy;

    /**
     * A bit for each of the last eight turns, set if it was not quick. Turns that were not yet run count as not quick.
     */
    private volatile int laggard = LAST_TURNS;

    // Accessed only by the monitor.
    /** The beginning of the turn of the last look, and whether its thread waited then. */
    private long lookedAt;

    private boolean parked;
    /** How old that turn must be for its stack to be read, again: each time twice as old. */
    private long askAfter = YOUNG_NANOS;

    /** @param slowNanos a callback that takes longer is slow */
    public TurnLoad(long slowNanos) {
        this.slowNanos = slowNanos;
    }

    // ---- the turn's side ----

    /** Called when a turn begins. Returns whether the monitor should look at it closely. */
    public boolean begins(long now) {
        began = now;
        sharesSince = now;
        if (standsAside) { // the last turn had no stack left to reset it
            standsAside = false;
        }
        if (seen != NOTHING) {
            seen = NOTHING;
        }
        return unexplained;
    }

    /**
     * Called when a turn ends.
     *
     * @param onWorker whether it ran on a worker, and not on a thread that may block
     * @param cut whether it ended before everything was delivered, so that others have their turns
     */
    public void ends(long now, int delivered, boolean onWorker, boolean cut) {
        if (delivered > 0) {
            long each = (now - began) / delivered;
            boolean slow = each > slowNanos;
            int saw = seen;
            boolean computes = slow && (onWorker ? saw != WAITING : saw == COMPUTING);
            unexplained = computes && saw == NOTHING;
            long average = averageNanos;
            laggard = (laggard << 1 | (each > QUICK_NANOS ? 1 : 0)) & LAST_TURNS;
            averageNanos = computes ? Math.min(Math.max(average, each), slowNanos / 2) : average + (each - average) / 4;
        }
        heavy = cut; // not by its time, since on a busy machine every turn may take long
    }

    /**
     * Whether the running turn goes on to its next event; always to its first one.
     *
     * @param start when it began
     * @param untimed whether its time has no bound
     */
    public boolean goesOn(int delivered, long bytes, long start, boolean untimed) {
        if (delivered >= TURN_EVENTS || bytes >= TURN_BYTES) {
            return false;
        }
        boolean clockDue =
                delivered > 0 && (averageNanos > TURN_NANOS / UNTIMED_EVENTS || delivered % UNTIMED_EVENTS == 0);
        return !clockDue || untimed || System.nanoTime() - start < TURN_NANOS;
    }

    /** Whether the running turn has had its share of time, so that waiting turns may go first. */
    public boolean hadItsShare(long now) {
        return now - sharesSince > SHARE_NANOS;
    }

    /** The running turn stands aside from now on, and does not count as computing or waiting. */
    public void standsAside() {
        standsAside = true;
    }

    /** The running turn continues. */
    public void goesOn(long since, long now) {
        began += now - since;
        sharesSince = now;
        standsAside = false;
    }

    public long averageNanos() {
        return averageNanos;
    }

    /** Whether callbacks wait so long that they need a thread that may block. */
    public boolean mayBlock() {
        return averageNanos > slowNanos;
    }

    /** See {@link Turn#weight}. */
    public Turn.Weight weight(long waitingBytes) {
        if (heavy || waitingBytes >= HEAVY_BYTES) {
            return Turn.Weight.HEAVY;
        }
        return Integer.bitCount(laggard) <= MAY_LAG ? Turn.Weight.QUICK : Turn.Weight.USUAL;
    }

    // ---- the monitor's side ----

    /**
     * Looks at a running turn. Returns whether its worker is lost to others, because the turn waits, or because it
     * computes for long and may still be replaced. It counts as waiting if it does so at two looks in a row, so that a
     * lock that is soon free does not count.
     *
     * @param onWorker whether a worker runs it, which can be lost
     * @param sight reads the stack of a thread, which is costly, if its state is not enough
     */
    public boolean isLost(Thread thread, boolean onWorker, long now, ThreadSight sight) {
        if (standsAside) {
            return false; // another worker replaces it
        }
        long start = began;
        boolean parkedBefore = parked && lookedAt == start;
        if (lookedAt != start) {
            lookedAt = start;
            askAfter = YOUNG_NANOS;
        }
        parked = ThreadSight.isParked(thread);
        if (seen != WAITING) {
            if (parked && parkedBefore) {
                seen = WAITING;
            } else if (!parked && now - start > askAfter && sight.mayAsk()) {
                askAfter = Math.max(LONG_NANOS, 2 * (now - start));
                seen = sight.isOutside(thread) ? WAITING : COMPUTING;
            }
        }
        return onWorker && (parked || seen == WAITING || now - start > LONG_NANOS && sight.replacesComputing());
    }
}
