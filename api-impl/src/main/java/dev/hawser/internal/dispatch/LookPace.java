package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * When the monitor looks at the turns: every half millisecond, and half as often while it finds nothing to do, since
 * each look wakes a processor. It rests when there was nothing to watch for a while. Not thread-safe, but for {@link
 * #hurry}.
 */
final class LookPace {
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** After so many looks in a row that found nothing to do, the next ones come later. */
    private static final int CALM_LOOKS = 8;
    /** After so many looks in a row with nothing to watch the monitor rests, if no reply can be held for longer. */
    private static final int IDLE_LOOKS = 20;

    private final long flushDelayNanos;
    private final long calmNanos;
    private final long idleLooksUntilRest;

    private int calmLooks;
    private long idleLooks;
    /** Whether a turn must be looked at closely. */
    private volatile boolean hurried;

    /** @param flushDelayNanos how long replies may be held back */
    LookPace(long flushDelayNanos) {
        this.flushDelayNanos = flushDelayNanos;
        this.calmNanos = Math.max(TICK_NANOS, Math.min(flushDelayNanos, 2 * TICK_NANOS));
        this.idleLooksUntilRest = Math.max(IDLE_LOOKS, flushDelayNanos / TICK_NANOS + 2);
    }

    /** The time until the next look. */
    long interval() {
        return calmLooks >= CALM_LOOKS && !hurried ? calmNanos : TICK_NANOS;
    }

    /**
     * Replies that have been held back so long are sent at this look: at the next one, whatever this one finds, they
     * would have waited for longer than they may.
     */
    long longestHeld() {
        long untilNext = calmLooks + 1 >= CALM_LOOKS ? calmNanos : TICK_NANOS;
        return Math.max(flushDelayNanos - untilNext, 0);
    }

    /** Has looked. */
    void looked(boolean foundSomething) {
        boolean calm = !foundSomething;
        if (hurried) {
            hurried = false; // a turn that hurries again at this moment does so in its next turn
            calm = false;
        }
        calmLooks = calm ? Math.min(calmLooks + 1, CALM_LOOKS) : 0;
    }

    /** The next looks come often. Thread-safe. */
    void hurry() {
        hurried = true;
    }

    /** Returns whether the monitor goes on; otherwise it rests. */
    boolean goesOn(boolean somethingToWatch) {
        idleLooks = somethingToWatch ? 0 : idleLooks + 1;
        return idleLooks < idleLooksUntilRest;
    }

    /** Has rested. */
    void rested() {
        idleLooks = 0;
        calmLooks = 0;
    }
}
