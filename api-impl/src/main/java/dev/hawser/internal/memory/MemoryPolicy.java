package dev.hawser.internal.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Decides who gives memory back when all connections together hold more than the budget. Only those that hold more than
 * their share are touched, the biggest first. It computes; it knows no connection, no clock and no thread.
 *
 * <p>Memory is short from the moment at which the budget is exceeded until an eighth of it is free again. Then, look by
 * look: reading pauses; after a second unfinished messages are given up, or after a quarter of one while
 * {@link #farTooMuch} is held; if there are none, holders of waiting output are closed; and after three seconds all
 * others above the share. Several applications, each with its own policy, divide the excess by what their connections
 * hold above their shares.
 */
public final class MemoryPolicy {
    /** A connection that holds no more than this is left alone, however many there are. */
    public static final long LEAST_SHARE = 8 * 1024;

    static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
    /** The same while far too much is held. */
    static final long SHORT_PATIENCE = PATIENCE / 4;

    static final long LAST_PATIENCE = TimeUnit.SECONDS.toNanos(3);
    /** How long a connection that is being closed has before it is cut. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(1);

    /** Each look pauses at least one in so many of the connections that may be paused. */
    private static final int PAUSED_AT_ONCE = 4;

    /** What is to be done with a connection. */
    public enum Deed {
        PAUSE,
        RESUME,
        GIVE_UP_MESSAGE,
        CLOSE,
        CUT
    }

    /** A connection, and what is to be done with it. */
    public record Order<H>(Deed deed, H holder) {}

    private final long budget;
    private final long enough;
    private boolean isShort;
    private long shortSince;

    /** @param budget in bytes, more than 0 */
    public MemoryPolicy(long budget) {
        this.budget = budget;
        this.enough = budget - budget / 8;
    }

    /** What a connection may hold in any case, in bytes. */
    public static long share(long budget, long connections) {
        return Math.max(LEAST_SHARE, budget / Math.max(1, connections));
    }

    /** Connections that hold more than this together are no longer trusted to give it back soon. */
    static long farTooMuch(long budget) {
        return budget + budget / 8;
    }

    /** Whether memory was short at the last decision. */
    public boolean isShort() {
        return isShort;
    }

    /** Whether so many bytes are so near to the budget that it matters what exactly they are. */
    public boolean isNear(long held) {
        return isShort || held > enough;
    }

    /**
     * Decides.
     *
     * @param own the connections that this policy decides about
     * @param all what these and those of all others hold
     * @param now in nanoseconds
     */
    public <H> List<Order<H>> decide(List<Holding<H>> own, MemoryTotals all, long now) {
        note(all.held(), now);
        long share = share(budget, all.connections());
        List<Order<H>> orders = new ArrayList<>();
        List<Holding<H>> big = new ArrayList<>();
        for (Holding<H> holding : own) {
            boolean aboveShare = isShort && holding.bytes() > share;
            if (holding.isEnding() && aboveShare && holding.endingFor() >= GRACE) {
                orders.add(new Order<>(Deed.CUT, holding.holder()));
            } else if (holding.paused() && (holding.isEnding() || !aboveShare)) {
                orders.add(new Order<>(Deed.RESUME, holding.holder()));
            } else if (aboveShare && !holding.isEnding()) {
                big.add(holding);
            }
        }
        if (!big.isEmpty()) {
            long mine =
                    big.stream().mapToLong(holding -> holding.bytes() - share).sum();
            double part = (double) mine / Math.max(mine, all.above());
            double excess = part * (all.staying() - enough);
            long shortFor = now - shortSince;
            boolean isTime = shortFor >= (all.staying() > farTooMuch(budget) ? SHORT_PATIENCE : PATIENCE);
            Set<H> closed = isTime && excess > 0 ? close(big, share, excess, shortFor, orders) : Set.of();
            pause(big, closed, part * (all.held() - enough), orders);
        }
        return orders;
    }

    private void note(long held, long now) {
        if (!isShort && held > budget) {
            isShort = true;
            shortSince = now;
        } else if (isShort && held <= enough) {
            isShort = false;
        }
    }

    /** Returns the connections that are to be closed. */
    private static <H> Set<H> close(
            List<Holding<H>> big, long share, double excess, long shortFor, List<Order<H>> orders) {
        Set<H> closed = Collections.newSetFromMap(new IdentityHashMap<>());
        Deed deed = Deed.GIVE_UP_MESSAGE;
        List<Holding<H>> chosen = biggest(big, Holding::unfinished, share);
        if (chosen.isEmpty()) {
            deed = Deed.CLOSE;
            chosen = biggest(big, Holding::output, share);
        }
        if (chosen.isEmpty() && shortFor >= LAST_PATIENCE) {
            chosen = biggest(big, Holding::bytes, share);
        }
        long freed = 0;
        for (Holding<H> holding : chosen) {
            if (freed >= excess) {
                break;
            }
            freed += holding.bytes();
            closed.add(holding.holder());
            orders.add(new Order<>(deed, holding.holder()));
        }
        return closed;
    }

    private static <H> void pause(List<Holding<H>> big, Set<H> closed, double excess, List<Order<H>> orders) {
        long paused = 0;
        List<Holding<H>> reading = new ArrayList<>();
        for (Holding<H> holding : big) {
            if (holding.paused() || closed.contains(holding.holder())) {
                paused += holding.bytes();
            } else {
                reading.add(holding);
            }
        }
        int atLeast = (reading.size() + PAUSED_AT_ONCE - 1) / PAUSED_AT_ONCE;
        int count = 0;
        for (Holding<H> holding : biggest(reading, Holding::bytes, 0)) {
            if (paused >= excess && count >= atLeast) {
                break;
            }
            count++;
            paused += holding.bytes();
            orders.add(new Order<>(Deed.PAUSE, holding.holder()));
        }
    }

    /** Those that have more than {@code least}, the biggest first. */
    private static <H> List<Holding<H>> biggest(List<Holding<H>> of, ToLongFunction<Holding<H>> size, long least) {
        return of.stream()
                .filter(holding -> size.applyAsLong(holding) > least)
                .sorted(Comparator.comparingLong(size).reversed())
                .toList();
    }
}
