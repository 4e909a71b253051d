package dev.hawser.internal.transport;

import java.lang.ref.WeakReference;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one container holds for its peers, as part of the account of the whole Java machine, which has a budget. Sizes
 * are in bytes. Thread-safe without locks. docs/adr/015-memory-budget.md has the reasons.
 *
 * <p>Copies of Hawser in different class loaders share one list in the system properties. It has only objects of JDK
 * classes: for each container a weak reference to its sums of bytes and connections. So it keeps no application alive,
 * and what an undeployed one held is no longer counted.
 */
public final class MemoryAccount implements AutoCloseable {
    /** The system property that holds the list. */
    static final String KEY = "dev.hawser.memory";

    /** No rule applies to a connection that holds less. */
    private static final long LEAST_SHARE = 8 * 1024;

    private static final int BYTES = 0;
    private static final int CONNECTIONS = 1;

    private final long budget;
    private final CopyOnWriteArrayList<WeakReference<AtomicLong[]>> all;
    private final AtomicLong[] own = {new AtomicLong(), new AtomicLong()};
    private final WeakReference<AtomicLong[]> entry = new WeakReference<>(own);

    /**
     * An account with nothing in it.
     *
     * @param budget 0 for a quarter of the maximum heap
     */
    public MemoryAccount(long budget) {
        this.budget = budget > 0 ? budget : Runtime.getRuntime().maxMemory() / 4;
        this.all = shared();
        all.removeIf(other -> other.get() == null);
        all.add(entry);
    }

    @SuppressWarnings("unchecked") // only this class writes it, in any class loader, and always with this type
    private static CopyOnWriteArrayList<WeakReference<AtomicLong[]>> shared() {
        return (CopyOnWriteArrayList<WeakReference<AtomicLong[]>>)
                System.getProperties().computeIfAbsent(KEY, key -> new CopyOnWriteArrayList<>());
    }

    /** Counts more bytes, or less if negative. */
    public void add(long bytes) {
        own[BYTES].addAndGet(bytes);
    }

    /** Counts a connection. */
    public void connectionOpened() {
        own[CONNECTIONS].incrementAndGet();
    }

    /** Counts a connection less. */
    public void connectionEnded() {
        own[CONNECTIONS].decrementAndGet();
    }

    /** What this container holds. */
    public long held() {
        return own[BYTES].get();
    }

    /** What all containers of the Java machine hold. */
    public long heldByAll() {
        return sum(BYTES);
    }

    /** What all containers may hold, according to the settings of this one. */
    public long budget() {
        return budget;
    }

    /** Whether all containers hold more than the budget. */
    public boolean isExceeded() {
        return heldByAll() > budget;
    }

    /** What each connection may hold in any case. */
    public long share() {
        return Math.max(budget / Math.max(sum(CONNECTIONS), 1), LEAST_SHARE);
    }

    private long sum(int index) {
        long sum = 0;
        for (WeakReference<AtomicLong[]> reference : all) {
            AtomicLong[] of = reference.get();
            if (of != null) {
                sum += of[index].get();
            }
        }
        return sum;
    }

    /** Ends the container's part: what it holds is no longer counted. */
    @Override
    public void close() {
        all.remove(entry);
    }
}
