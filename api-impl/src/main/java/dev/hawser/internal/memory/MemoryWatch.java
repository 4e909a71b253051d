package dev.hawser.internal.memory;

import dev.hawser.MemoryCounts;
import dev.hawser.internal.log.LimitedLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the connections of one application again and again, as long as there are any, writes into the account of the
 * JVM what they hold, and carries out what {@link MemoryPolicy} decides. So nothing is counted while messages come and
 * go. Thread-safe. Whatever throws, the next look comes.
 */
public final class MemoryWatch implements Runnable {
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PERIOD = TimeUnit.SECONDS.toNanos(1);
    /** A look may take this part of the time, and another part if half of the budget is used. */
    private static final int PART_OF_TIME = 200;

    private static final int PART_WHEN_USED = 20;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private static final System.Logger LOGGER = System.getLogger("dev.hawser.memory");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.memory");
    private static final String FAILED =
            LimitedLog.prepared("checking the memory of connections failed; it is tried again");

    private final long budget;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final MemoryAccount account;
    private final MemoryPolicy policy;
    private final MemoryGuard guard;
    /**
     * Whether a thread looks: the timer, or another for the guard. It publishes what connections keep for their look.
     */
    private final AtomicBoolean looking = new AtomicBoolean();

    private final Set<PeerMemory> holders = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();
    private final LongAdder paused = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder reached = new LongAdder();
    /** Is told each time the budget is reached. */
    private volatile Reached told = (held, most) -> {};
    /** The task of the timer; null while there are no connections. Written with the monitor held. */
    private volatile @Nullable Future<?> task;
    /** Written with the monitor held. */
    private volatile boolean ended;

    // Accessed only by the timer.
    private long nextLook;
    private long warned;
    private boolean everWarned;

    /** Is told that the connections hold more than the budget; must neither wait nor throw. */
    @FunctionalInterface
    public interface Reached {
        void reached(long heldBytes, long budget);
    }

    /**
     * @param budget in bytes; 0 is none
     * @param timer runs the looks
     * @param nanoTime the clock for what the policy decides
     */
    public MemoryWatch(long budget, ScheduledExecutorService timer, LongSupplier nanoTime, MemoryAccount account) {
        this.budget = budget;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.account = account;
        this.policy = new MemoryPolicy(budget);
        this.guard = new MemoryGuard(budget, this::lookForGuard);
        this.nextLook = nanoTime.getAsLong();
    }

    /** Refuses sends while all connections hold far too much. */
    public MemoryGuard guard() {
        return guard;
    }

    /** Tells this one each time the budget is reached. */
    public void tells(Reached listener) {
        told = listener;
    }

    /** A connection begins. */
    public void begins(PeerMemory holder) {
        if (budget > 0) {
            holders.add(holder);
            if (task == null) {
                start();
            }
        }
    }

    /** A connection has gone. Any number of times. */
    public void gone(PeerMemory holder) {
        holders.remove(holder);
    }

    private synchronized void start() {
        if (task == null && !ended) {
            try {
                task = timer.scheduleWithFixedDelay(this, PERIOD, PERIOD, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // the container has ended, and its connections end now
            }
        }
    }

    /** Stops until the next connection begins. */
    private synchronized void stop() {
        Future<?> running = task;
        task = null;
        if (running != null) {
            running.cancel(false);
        }
        account.close();
        guard.looked(0, 0, guard.told());
        if (!holders.isEmpty()) {
            start(); // one has begun meanwhile
        }
    }

    /** Called when the timer has ended: the account forgets this application. */
    public synchronized void close() {
        ended = true;
        task = null;
        account.close();
    }

    /** Whether a handshake must be refused, because all connections hold more than the budget. Counts it if so. */
    public boolean refusesHandshake() {
        boolean refuses = budget > 0 && account.all().held() > budget;
        if (refuses) {
            refused.increment();
        }
        return refuses;
    }

    /** What all connections hold, and what was done. */
    public MemoryCounts counts() {
        long all = account.all().held();
        long own = all - account.others().held();
        return new MemoryCounts(
                budget,
                Math.max(0, own),
                all,
                refused.sum(),
                paused.sum() + guard.paused(),
                closed.sum(),
                reached.sum());
    }

    /** Called by the timer. */
    @Override
    public void run() {
        try {
            long now = nanoTime.getAsLong();
            if (holders.isEmpty()) {
                stop();
            } else if (now - nextLook >= 0 || guard.refuses() || guard.isResumeOwed()) {
                nextLook = now + PERIOD; // in case that it throws
                long began = System.nanoTime();
                boolean used = lookAndRelieve(now);
                long took = (System.nanoTime() - began) * (used ? PART_WHEN_USED : PART_OF_TIME);
                nextLook = now + Math.min(Math.max(PERIOD, took), LONGEST_PERIOD);
            }
        } catch (Throwable e) {
            guard.owesResume();
            FAILURES.logIfPossible(System.Logger.Level.WARNING, FAILED, e);
        }
    }

    /** Looks, unless another thread does, and relieves; returns whether more than half of the budget is used. */
    private boolean lookAndRelieve(long now) {
        Sight sight;
        if (!looking.compareAndSet(false, true)) {
            return true;
        }
        try {
            sight = look(now);
        } finally {
            looking.set(false);
        }
        if (sight.isClose()) {
            relieve(sight, now);
        }
        return sight.isClose() || sight.all().held() > budget / 2;
    }

    /**
     * Only looks: what follows from it is done by the timer, since the caller may hold locks. It throws nothing, since
     * the caller is in the middle of a send.
     */
    private void lookForGuard() {
        if (looking.compareAndSet(false, true)) {
            try {
                if (guard.isDue()) { // no other thread has looked meanwhile
                    long told = guard.told();
                    see(nanoTime.getAsLong(), account.others(), told);
                }
            } catch (Throwable e) {
                FAILURES.logIfPossible(System.Logger.Level.WARNING, FAILED, e);
            } finally {
                looking.set(false);
            }
            if (ended) {
                account.close();
            }
        }
    }

    /** Looks at the sums, and closer if they are near to the budget. */
    private Sight look(long now) {
        long told = guard.told();
        long held = 0;
        long count = 0;
        for (PeerMemory holder : holders) {
            held += holder.look();
            count++;
        }
        MemoryTotals others = account.others();
        if (guard.takeResumeOwed() || policy.isNear(others.held() + held)) {
            return see(now, others, told);
        }
        MemoryTotals all = account.write(new MemoryTotals(held, held, 0, count));
        guard.looked(all.held(), all.connections(), told);
        return new Sight(List.of(), all, false);
    }

    /**
     * What a look saw.
     *
     * @param seen what each connection holds, after a closer look
     * @param all what all hold
     * @param isClose whether it was a closer look
     */
    private record Sight(List<Holding<PeerMemory>> seen, MemoryTotals all, boolean isClose) {}

    /** Looks closer: an array that many connections hold counts once. Writes that into the account. */
    private Sight see(long now, MemoryTotals others, long told) {
        List<Holding<PeerMemory>> seen = new ArrayList<>();
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        long held = 0;
        long ending = 0;
        for (PeerMemory holder : holders) {
            Holding<PeerMemory> holding = holder.seen(now);
            long own = Math.max(0, holding.bytes() - holder.heldByOthers(arrays));
            held += own;
            ending += holding.isEnding() ? own : 0;
            seen.add(holding);
        }
        long share = MemoryPolicy.share(budget, others.connections() + seen.size());
        long above = 0;
        for (Holding<PeerMemory> holding : seen) {
            above += holding.isEnding() ? 0 : Math.max(0, holding.bytes() - share);
        }
        MemoryTotals all = account.write(new MemoryTotals(held, held - ending, above, seen.size()));
        guard.looked(all.held(), all.connections(), told);
        return new Sight(seen, all, true);
    }

    /** Carries out what the policy decides. */
    private void relieve(Sight sight, long now) {
        MemoryTotals all = sight.all();
        boolean wasShort = policy.isShort();
        List<MemoryPolicy.Order<PeerMemory>> orders = policy.decide(sight.seen(), all, now);
        for (MemoryPolicy.Order<PeerMemory> order : orders) {
            try {
                carryOut(order, now);
            } catch (Throwable e) { // the others must still be carried out; the next look decides again
                guard.owesResume();
                FAILURES.logIfPossible(System.Logger.Level.WARNING, FAILED, e);
            }
        }
        if (policy.isShort() && !wasShort) {
            reached.increment();
            told.reached(all.held(), budget);
        }
        if (policy.isShort() && (!everWarned || now - warned >= MINUTE)) {
            everWarned = true;
            warned = now;
            warn(all);
        }
    }

    private void carryOut(MemoryPolicy.Order<PeerMemory> order, long now) {
        PeerMemory holder = order.holder();
        switch (order.deed()) {
            case PAUSE -> {
                holder.pauseReading();
                paused.increment();
            }
            case RESUME -> holder.resumeReading();
            case GIVE_UP_MESSAGE -> holder.giveUpMessage(now, closed::increment);
            case CLOSE -> {
                holder.close(now);
                closed.increment();
            }
            case CUT -> holder.cut();
        }
    }

    private void warn(MemoryTotals all) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "{0} connections of this JVM hold {1} KiB, and memoryBudget is {2} KiB. So far this"
                        + " application has refused {3} handshakes, paused {4} readings and closed {5} sessions for it",
                all.connections(),
                all.held() / 1024,
                budget / 1024,
                refused.sum(),
                paused.sum() + guard.paused(),
                closed.sum());
    }
}
