package dev.hawser.internal.connection;

import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.MemoryAccount;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Brings the connections of a container back under the memory budget: pauses reading, then gives up unfinished
 * messages, then connections whose output waits; the biggest first, and never those that hold no more than their share.
 * It looks ten times a second as long as the budget is exceeded. Thread-safe; it looks on the timer's thread.
 * docs/adr/015-memory-budget.md has the reasons.
 */
public final class MemoryRelief {
    /** One connection. All methods may be called on the timer's thread, and do not wait. */
    interface Member {
        /** What waits for callbacks, and what the parser holds. */
        long inboundBytes();

        /** The same while a message has begun and not ended, otherwise 0. */
        long unfinishedBytes();

        /** What waits to be sent. */
        long outboundBytes();

        /** Pauses reading, or lets it go on. */
        void pauseReading(boolean pause);

        /** Closes with 1013 if a message has begun and not ended, and forgets that message. */
        void giveUpMessage();

        /** Cuts the connection; onClose gets 1013. */
        void giveUpOutput();
    }

    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");

    private static final long LOOKS_APART = TimeUnit.MILLISECONDS.toNanos(100);
    /** How long reading is paused before unfinished messages are given up. */
    static final long MESSAGES_AFTER = TimeUnit.SECONDS.toNanos(1);
    /** How long the budget is exceeded before waiting output is given up. */
    static final long OUTPUT_AFTER = TimeUnit.SECONDS.toNanos(2);

    private static final long WARNINGS_APART = TimeUnit.MINUTES.toNanos(1);

    private final MemoryAccount account;
    private final ScheduledThreadPoolExecutor timer;
    private final List<BufferPool> pools;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong idleBuffers = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();

    // Accessed only by the look that runs; the timer runs one at a time.
    private final Set<Member> paused = new HashSet<>();
    private boolean exceeded;
    private long since;
    private boolean warned;
    private long lastWarning;

    MemoryRelief(MemoryAccount account, ScheduledThreadPoolExecutor timer, List<BufferPool> pools) {
        this.account = account;
        this.timer = timer;
        this.pools = pools;
    }

    void add(Member member) {
        members.add(member);
    }

    void remove(Member member) {
        members.remove(member);
    }

    /** Called when a connection gives up what it holds. */
    void gaveUp() {
        givenUp.incrementAndGet();
    }

    /** How many connections were closed because the budget was exceeded. */
    public long givenUp() {
        return givenUp.get();
    }

    /** Counts the buffers that nobody uses now. */
    public void countPools() {
        long idle = 0;
        for (BufferPool pool : pools) {
            idle += pool.idleBytes();
        }
        account.add(idle - idleBuffers.getAndSet(idle));
    }

    /** Whether the budget is exceeded, even without the buffers that nobody uses now, which are then dropped. */
    public boolean isShort() {
        countPools();
        if (account.isExceeded()) {
            pools.forEach(BufferPool::dropIdle);
            countPools();
        }
        return account.isExceeded();
    }

    /** Called when a connection holds more, with locks of the connection held. Never throws. */
    void grown() {
        if (account.isExceeded()) {
            lookSoon();
        }
    }

    /** Looks at the connections soon. Never throws: the next growth of a connection tries again. */
    public void lookSoon() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                timer.execute(this::lookAndGoOn);
            } catch (Throwable e) { // no memory for the task, or the container has stopped
                scheduled.set(false);
            }
        }
    }

    private void lookAndGoOn() {
        boolean again = true;
        try {
            again = look(System.nanoTime());
        } finally {
            goOn(again);
        }
    }

    private void goOn(boolean again) {
        try {
            if (again) {
                ScheduledFuture<?> unused = timer.schedule(this::lookAndGoOn, LOOKS_APART, TimeUnit.NANOSECONDS);
                return;
            }
        } catch (Throwable e) { // as above
            LOGGER.log(Level.DEBUG, "The memory of the connections is looked at later", e);
        }
        scheduled.set(false);
    }

    /**
     * Does what is due now. Called by one thread at a time.
     *
     * @return whether to look again
     */
    boolean look(long now) {
        isShort();
        long excess = account.heldByAll() - account.budget();
        if (excess <= 0) {
            exceeded = false;
            paused.removeIf(member -> {
                member.pauseReading(false); // if it throws, the next look tries again
                return true;
            });
            return false;
        }
        if (!exceeded) {
            exceeded = true;
            since = now;
        }
        warn(now);
        long share = account.share();
        pause(share, excess);
        if (now - since >= MESSAGES_AFTER) {
            for (Member member : biggest(Member::unfinishedBytes, share, excess)) {
                member.giveUpMessage();
            }
        }
        if (now - since >= OUTPUT_AFTER) {
            for (Member member : biggest(Member::outboundBytes, share, excess)) {
                member.giveUpOutput();
            }
        }
        return true;
    }

    private void pause(long share, long excess) {
        paused.removeIf(member -> {
            boolean goesOn = both(member) <= share;
            if (goesOn) {
                member.pauseReading(false);
            }
            return goesOn || !members.contains(member);
        });
        for (Member member : biggest(MemoryRelief::both, share, excess)) {
            if (paused.add(member)) {
                member.pauseReading(true);
            }
        }
    }

    private static long both(Member member) {
        return member.inboundBytes() + member.outboundBytes();
    }

    /**
     * The members that hold more than their share, those first of which {@code held} is biggest, as many as make up the
     * excess.
     */
    private List<Member> biggest(ToLongFunction<Member> held, long share, long excess) {
        record Sized(Member member, long bytes) {}
        List<Sized> above = new ArrayList<>();
        for (Member member : members) {
            long bytes = held.applyAsLong(member);
            if (bytes > 0 && both(member) > share) {
                above.add(new Sized(member, bytes));
            }
        }
        above.sort(Comparator.comparingLong(Sized::bytes).reversed());
        List<Member> chosen = new ArrayList<>();
        long sum = 0;
        for (Sized sized : above) {
            if (sum >= excess) {
                break;
            }
            sum += sized.bytes();
            chosen.add(sized.member());
        }
        return chosen;
    }

    private void warn(long now) {
        if (warned && now - lastWarning < WARNINGS_APART) {
            return;
        }
        warned = true;
        lastWarning = now;
        LOGGER.log(
                Level.WARNING,
                "The connections of all applications hold " + account.heldByAll() + " bytes, and the budget is "
                        + account.budget() + " (dev.hawser.memoryBudget); here " + members.size() + " connections hold "
                        + account.held() + ". New handshakes are refused, and the biggest connections are no longer"
                        + " read; " + givenUp.get() + " were closed so far");
    }
}
