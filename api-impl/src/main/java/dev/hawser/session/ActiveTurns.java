package dev.hawser.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which turns run at this moment, and on which threads: what the monitor flushes for, and how a send finds out that it is on an event
 * loop and must not wait. It replaces a thread-local, which would outlive an undeployed application in the container's threads.
 */
final class ActiveTurns {
    private static final int SLOTS = 256;

    /** One running turn. Immutable but for what the turn itself guards. */
    record Entry(Turn turn, Thread thread, boolean onEventLoop) {}

    private final AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SLOTS);
    /** Those for whom there was no slot: many blocked callbacks, on an executor that has a thread for each. */
    private final Set<Entry> others = ConcurrentHashMap.newKeySet();

    /** Notes that a turn begins; returns the slot to {@link #leave}. */
    int enter(Entry entry) {
        int start = (int) (entry.thread().hashCode() & 0x7FFF_FFFFL) % SLOTS;
        for (int probe = 0; probe < SLOTS; probe++) {
            int slot = (start + probe) % SLOTS;
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, entry)) {
                return slot;
            }
        }
        others.add(entry);
        return -1;
    }

    void leave(int slot, Entry entry) {
        if (slot >= 0) {
            slots.set(slot, null);
        } else {
            others.remove(entry);
        }
    }

    /** Whether the calling thread is an event loop that runs a callback now. */
    boolean onEventLoop() {
        Thread current = Thread.currentThread();
        for (int slot = 0; slot < SLOTS; slot++) {
            Entry entry = slots.get(slot);
            if (entry != null && entry.thread() == current && entry.onEventLoop()) {
                return true;
            }
        }
        return others.stream().anyMatch(entry -> entry.thread() == current && entry.onEventLoop());
    }

    /** Flushes the replies that running turns have held back since {@code since} or longer. */
    void flushDeferredSince(long since) {
        for (int slot = 0; slot < SLOTS; slot++) {
            Entry entry = slots.get(slot);
            if (entry != null) {
                entry.turn().flushDeferredSince(since);
            }
        }
        others.forEach(entry -> entry.turn().flushDeferredSince(since));
    }
}
