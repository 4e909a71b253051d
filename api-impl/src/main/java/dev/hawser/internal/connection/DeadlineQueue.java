package dev.hawser.internal.connection;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.Clock;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all sessions of a container, with one task in its timer. It is a binary heap: the entry with the
 * earliest deadline is first, and each entry knows its place, so that moving one takes no memory and no search. An
 * entry whose deadline has come stays, for another look after a second, until its session gives it another deadline or
 * takes it out. Thread-safe; the monitor is held for moments.
 */
final class DeadlineQueue implements Runnable {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");
    private static final String FAILED =
            LimitedLog.prepared("checking the deadlines of a session failed; the timer tries again");

    /** After this time an entry is looked at again if it was given no other deadline, and the task runs again. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final int FIRST_LENGTH = 16;

    private final ScheduledExecutorService timer;
    private final Clock time;

    // Guarded by this.
    private @Nullable TimerEntry[] heap = new TimerEntry[FIRST_LENGTH];
    private int size;
    private @Nullable ScheduledFuture<?> task;
    /** When the task runs next. */
    private long wake;
    /** Whether the task runs now; at its end it finds out when to run next. */
    private boolean running;
    /** When it began to run. */
    private long began;

    DeadlineQueue(ScheduledExecutorService timer, Clock time) {
        this.timer = timer;
        this.time = time;
    }

    /** How many entries there are. */
    synchronized int size() {
        return size;
    }

    /** The timer's task. It throws nothing, since the timer would then forget it. */
    @Override
    public void run() {
        try {
            lookAtDue();
        } catch (Throwable e) {
            // there is no stack; the entry that was taken is due again in a second
        }
        try {
            sleep();
        } catch (Throwable e) {
            // there is no memory for another task; this one runs again in a second
        }
    }

    /** Looks at each entry once at most: see {@link #schedule}. */
    private void lookAtDue() {
        long now = time.nanoTime();
        begin(now);
        for (TimerEntry due = takeDue(now); due != null; due = takeDue(now)) {
            try {
                due.look.run();
            } catch (Throwable e) {
                LOGGER.logIfPossible(System.Logger.Level.WARNING, FAILED, e);
            }
        }
    }

    private synchronized void begin(long now) {
        running = true;
        began = now;
    }

    private synchronized void sleep() {
        running = false;
        wake = time.nanoTime() + AGAIN; // in case that it throws
        TimerEntry first = heap[0];
        if (first == null) {
            forgetTask();
        } else {
            replaceTask(first.deadline);
        }
    }

    private synchronized @Nullable TimerEntry takeDue(long now) {
        TimerEntry first = heap[0];
        if (first == null || first.deadline - now > 0) {
            return null;
        }
        first.armed = false; // before the look: what changes from now on needs another
        first.deadline = now + AGAIN;
        moveDown(first);
        return first;
    }

    /**
     * Sets the deadline of an entry, unless it has an earlier one that has not come yet. If it throws, an entry that is
     * in the heap stays there.
     *
     * @param toRetry whether it is done also after the entry has ended
     */
    synchronized void schedule(TimerEntry entry, long due, boolean toRetry) {
        if (entry.isEarlier(due) || (entry.ended && !toRetry)) {
            return;
        }
        add(entry);
        entry.armed = false; // until the task is set, which may throw
        // What is due at once waits for the next run, after the others: a session could be due again and again.
        entry.deadline = running && due - began <= 0 ? began + 1 : due;
        moveUp(entry);
        moveDown(entry);
        if (entry.place == 0 && !running) {
            wakeAt(due);
        }
        entry.armed = entry.place >= 0;
    }

    /** Takes an entry out if its deadline has come and no other was set. */
    synchronized void isNotNeeded(TimerEntry entry) {
        if (!entry.armed) {
            remove(entry);
        }
    }

    synchronized void end(TimerEntry entry) {
        entry.ended = true;
        entry.armed = false;
        remove(entry);
    }

    /** Forgets all entries. */
    synchronized void close() {
        while (size > 0) {
            TimerEntry last = heap[size - 1];
            if (last != null) {
                last.armed = false;
                remove(last);
            }
        }
    }

    // The monitor is held from here on.

    private void wakeAt(long due) {
        ScheduledFuture<?> before = task;
        if (before == null || before.isDone() || wake - due > 0) {
            replaceTask(due);
        }
    }

    /** The old task is cancelled only after the new one is made: if there is no memory for that, the old one runs. */
    private void replaceTask(long due) {
        try {
            ScheduledFuture<?> made =
                    timer.scheduleWithFixedDelay(this, Math.max(due - time.nanoTime(), 0), AGAIN, TimeUnit.NANOSECONDS);
            forgetTask();
            task = made;
            wake = due;
        } catch (RejectedExecutionException e) {
            close(); // the container has stopped, and cuts all sessions
        }
    }

    private void forgetTask() {
        ScheduledFuture<?> before = task;
        if (before != null) {
            before.cancel(false);
            task = null;
        }
    }

    private void add(TimerEntry entry) {
        if (entry.place < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            put(entry, size);
            size++;
        }
    }

    private void remove(TimerEntry entry) {
        int place = entry.place;
        if (place < 0) {
            return;
        }
        entry.place = TimerEntry.NOWHERE;
        size--;
        TimerEntry last = heap[size];
        heap[size] = null;
        if (last != null && place < size) {
            put(last, place);
            moveUp(last);
            moveDown(last);
        }
        if (size == 0 && !running) {
            forgetTask();
        }
    }

    private void moveUp(TimerEntry entry) {
        int place = entry.place;
        while (place > 0) {
            int parent = (place - 1) / 2;
            TimerEntry above = heap[parent];
            if (above == null || above.deadline - entry.deadline <= 0) {
                break;
            }
            put(above, place);
            place = parent;
        }
        put(entry, place);
    }

    private void moveDown(TimerEntry entry) {
        int place = entry.place;
        for (TimerEntry below = earlierChild(place); below != null; below = earlierChild(place)) {
            if (entry.deadline - below.deadline <= 0) {
                break;
            }
            int free = below.place;
            put(below, place);
            place = free;
        }
        put(entry, place);
    }

    private @Nullable TimerEntry earlierChild(int place) {
        int left = 2 * place + 1;
        if (left >= size) {
            return null;
        }
        TimerEntry first = heap[left];
        TimerEntry second = left + 1 < size ? heap[left + 1] : null;
        return first == null || second == null || first.deadline - second.deadline <= 0 ? first : second;
    }

    private void put(TimerEntry entry, int place) {
        heap[place] = entry;
        entry.place = place;
    }
}
