package dev.hawser.internal.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The turns that run now. The monitor flushes their replies, and a send finds out here that it is on an event loop and
 * must not wait. It is not a thread-local, because that would stay in the container's threads after the application is
 * undeployed.
 */
public final class ActiveTurns {
    private static final int SLOTS = 256;

    private final AtomicReferenceArray<@Nullable Turn> slots = new AtomicReferenceArray<>(SLOTS);
    /** The turns for which there was no slot, for instance many blocked callbacks with a thread each. */
    private final Set<Turn> others = ConcurrentHashMap.newKeySet();

    /** Adds a turn that begins, and returns its slot for {@link #leave}. */
    public int enter(Turn turn, Thread thread) {
        int start = home(thread);
        for (int probe = 0; probe < SLOTS; probe++) {
            int slot = (start + probe) % SLOTS;
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, turn)) {
                return slot;
            }
        }
        others.add(turn);
        return -1;
    }

    public void leave(int slot, Turn turn) {
        if (slot >= 0) {
            slots.setRelease(slot, null);
        } else {
            others.remove(turn);
        }
    }

    private static int home(Thread thread) {
        return (thread.hashCode() & 0x7FFF_FFFF) % SLOTS;
    }

    /**
     * The turn whose callback the calling thread runs; null if there is none. It is a cheap look, and misses a turn
     * that is not in the thread's first slot.
     */
    @Nullable Turn ofThisThread() {
        Thread current = Thread.currentThread();
        Turn turn = slots.get(home(current));
        return turn != null && turn.runsOn(current) ? turn : null;
    }

    /** Whether the calling thread runs a callback now. Unlike {@link #ofThisThread} it misses none. */
    public boolean inAnyTurn() {
        Thread current = Thread.currentThread();
        for (int slot = 0; slot < SLOTS; slot++) {
            Turn turn = slots.get(slot);
            if (turn != null && turn.runsOn(current)) {
                return true;
            }
        }
        return others.stream().anyMatch(turn -> turn.runsOn(current));
    }

    /** Whether the calling thread is an event loop that runs a callback now. */
    public boolean onEventLoop() {
        Thread current = Thread.currentThread();
        for (int slot = 0; slot < SLOTS; slot++) {
            Turn turn = slots.get(slot);
            if (turn != null && turn.runsOnEventLoop(current)) {
                return true;
            }
        }
        return others.stream().anyMatch(turn -> turn.runsOnEventLoop(current));
    }

    /**
     * Flushes the replies that running turns have held back since {@code since} or longer. If a flush throws, the
     * others are still done, and the first exception is thrown at the end.
     */
    void flushDeferredSince(long since) {
        Throwable thrown = null;
        for (int slot = 0; slot < SLOTS; slot++) {
            Turn turn = slots.get(slot);
            if (turn != null) {
                thrown = flushed(turn, since, thrown);
            }
        }
        for (Turn turn : others) {
            thrown = flushed(turn, since, thrown);
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** Lets workers run what follows the running turns, and waits since {@code before} or longer. */
    void passOnFollowing(long before) {
        forEach(turn -> turn.passOnFollowing(before));
    }

    /** Shows each of the running turns. */
    void forEach(Consumer<Turn> seen) {
        for (int slot = 0; slot < SLOTS; slot++) {
            Turn turn = slots.get(slot);
            if (turn != null) {
                seen.accept(turn);
            }
        }
        others.forEach(seen);
    }

    /** How many of the running turns hold a worker for long, because they wait or compute. */
    int lostToWorkers(long now, ThreadSight sight) {
        int lost = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            Turn turn = slots.get(slot);
            if (turn != null && turn.isLostToWorkers(now, sight)) {
                lost++;
            }
        }
        for (Turn turn : others) {
            if (turn.isLostToWorkers(now, sight)) {
                lost++;
            }
        }
        return lost;
    }

    private static @Nullable Throwable flushed(Turn turn, long since, @Nullable Throwable before) {
        try {
            turn.flushDeferredSince(since);
            return before;
        } catch (RuntimeException | Error e) {
            return before == null ? e : before;
        }
    }
}
