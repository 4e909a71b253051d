package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * What the turns of one session cost, which decides where and when they run. A callback that is slow because it
 * <em>waits</em> goes to a thread for what may block. One that is slow because it <em>computes</em> does not: more
 * threads than processors would only take time from all others. A clock cannot tell the two apart, since on a busy
 * machine what computes waits for its processor; so the monitor looks at the thread.
 *
 * <p>The running turn writes it but for what the monitor saw, and its end publishes it to the next one.
 */
public final class TurnLoad {
    /** So many bytes that wait make a turn a heavy one. */
    private static final long HEAVY_BYTES = 16 * 1024;
    /** After so long a turn has a worker of its own, whatever it does: others would wait for its end. */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** After so long a turn that sends lets others go first. */
    private static final long SHARE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** Before so long nobody asks for the stack of a turn. */
    private static final long YOUNG_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** What a callback takes at most that is a quick one. */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final int LAST_TURNS = 0xFF;
    /** How many of the last turns may have been slow: on a busy machine a quick one waits for its processor. */
    private static final int MAY_LAG = 2;

    private static final int NOTHING = 0;
    private static final int COMPUTING = 1;
    private static final int WAITING = 2;

    private final long slowNanos;

    /**
     * When the running turn began, the time not counted in which it stood aside; published by the field that names its
     * thread.
     */
    private long began;
    /** Since when the running turn has not stood aside. Only touched by it. */
    private long sharesSince;
    /** Whether the running turn stands aside. */
    private volatile boolean standsAside;
    /** What the monitor saw of the running turn. */
    private volatile int seen;

    /** How long callbacks take on average, in nanoseconds; of one that computes, no more than half of what is slow. */
    private volatile long averageNanos;
    /** Whether the last turn was slow, and nobody looked why. */
    private boolean unexplained;

    /** Whether the last turn had to end before all was delivered. */
    private volatile boolean heavy;

    /** A bit for each of the last eight turns, set if it was not quick; those that were not yet count as that. */
    private volatile int laggard = LAST_TURNS;

    // Only touched by the monitor.
    /** When the turn began that it looked at last, and whether its thread waited then. */
    private long lookedAt;

    private boolean parked;

    /** @param slowNanos what a callback takes at least that is a slow one */
    public TurnLoad(long slowNanos) {
        this.slowNanos = slowNanos;
    }

    // ---- the turn's side ----

    /** A turn begins. Returns whether the monitor is to look at it. */
    public boolean begins(long now) {
        began = now;
        sharesSince = now;
        if (standsAside) { // the last turn had no stack left to say that it goes on
            standsAside = false;
        }
        if (seen != NOTHING) {
            seen = NOTHING;
        }
        return unexplained;
    }

    /**
     * A turn ends.
     *
     * @param onWorker whether it ran on a worker, and not on a thread for what may block
     * @param cut whether it was ended before all was delivered, for the sake of others
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
        heavy = cut; // not what took long: on a busy machine that is anybody
    }

    /** Whether the running turn has had its share of time, and others that wait may go first. */
    public boolean hadItsShare(long now) {
        return now - sharesSince > SHARE_NANOS;
    }

    /** The running turn stands aside from now on: it neither computes nor waits for anything of its own. */
    public void standsAside() {
        standsAside = true;
    }

    /** It goes on. */
    public void goesOn(long since, long now) {
        began += now - since;
        sharesSince = now;
        standsAside = false;
    }

    public long averageNanos() {
        return averageNanos;
    }

    /** Whether callbacks wait for long enough that they are to have a thread for that. */
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
     * Looks at a running turn. Returns whether its thread is lost to others: it waits, or takes long. A turn waits that
     * does so at two looks in a row, since a lock that is free in a moment is nothing to wait for.
     *
     * @param sight asked for the stack of a thread, which costs, if its state does not tell enough
     */
    public boolean isLost(Thread thread, long now, ThreadSight sight) {
        if (standsAside) {
            return false; // another has its worker
        }
        long start = began;
        boolean parkedBefore = parked && lookedAt == start;
        lookedAt = start;
        parked = ThreadSight.isParked(thread);
        if (seen != WAITING) {
            if (parked && parkedBefore) {
                seen = WAITING;
            } else if (!parked && seen == NOTHING && now - start > YOUNG_NANOS && sight.mayAsk()) {
                seen = sight.isOutside(thread) ? WAITING : COMPUTING;
            }
        }
        return parked || seen == WAITING || now - start > LONG_NANOS;
    }
}
