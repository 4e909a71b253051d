package dev.hawser.internal.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Finds callbacks that do not return, by looking at the running turns twice a second: a turn ends after a millisecond,
 * unless one of its callbacks takes longer. So callbacks themselves cost nothing. Only the timer calls {@link #run};
 * the other methods are thread-safe.
 */
public final class BlockedTurns implements Runnable {
    /** A callback is blocked that runs for so long. */
    static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ActiveTurns activeTurns;
    private final LongSupplier nanoTime;

    /** The turns that ran at the last look; replaced as a whole. */
    private volatile Map<CallbackLook.Owner, Run> seen = Map.of();

    /** Those that were blocked then; replaced as a whole. */
    private volatile List<Blocked> blocked = List.of();

    /**
     * A callback that does not return.
     *
     * @param owner whose callback it is
     * @param nanos for how long at least
     * @param thread runs it
     */
    public record Blocked(CallbackLook.Owner owner, long nanos, Thread thread) {}

    /**
     * One run of a turn.
     *
     * @param since when it was seen first
     * @param mark after how many nanoseconds it is told next
     */
    private record Run(int number, Thread thread, long since, long mark) {}

    /** @param nanoTime the clock */
    public BlockedTurns(ActiveTurns activeTurns, LongSupplier nanoTime) {
        this.activeTurns = activeTurns;
        this.nanoTime = nanoTime;
    }

    /** The callbacks that were blocked at the last look. */
    public List<Blocked> blocked() {
        return blocked;
    }

    /** Looks at the running turns, and tells those that are blocked. */
    @Override
    public void run() {
        long now = nanoTime.getAsLong();
        Map<CallbackLook.Owner, Run> before = seen;
        Map<CallbackLook.Owner, Run> running = new HashMap<>();
        activeTurns.forEach(turn -> turn.showCallbacks((owner, number, thread) -> {
            Run known = before.get(owner);
            running.put(
                    owner,
                    known != null && known.number == number ? known : new Run(number, thread, now, BLOCKED_NANOS));
        }));
        List<Blocked> found = new ArrayList<>();
        List<Blocked> due = new ArrayList<>();
        for (Map.Entry<CallbackLook.Owner, Run> entry : running.entrySet()) {
            Run run = entry.getValue();
            Blocked one = new Blocked(entry.getKey(), now - run.since, run.thread);
            if (one.nanos >= BLOCKED_NANOS) {
                found.add(one);
            }
            if (one.nanos >= run.mark) {
                due.add(one);
                entry.setValue(new Run(run.number, run.thread, run.since, nextMark(run.mark, one.nanos)));
            }
        }
        seen = running;
        blocked = List.copyOf(found);
        for (Blocked one : due) {
            one.owner.callbackBlocked(one.nanos, one.thread);
        }
    }

    private static long nextMark(long mark, long nanos) {
        long next = mark;
        while (next <= nanos) {
            next *= 2;
        }
        return next;
    }

    /** There are no sessions, and so no turns, for now. */
    public void forget() {
        seen = Map.of();
        blocked = List.of();
    }
}
