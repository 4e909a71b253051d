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
 *
 * <p>All sessions depend on the one task, so whatever throws, it must not be lost: it runs again every second, and each
 * new deadline sees whether there is a task that comes in time.
 */
final class DeadlineQueue implements Runnable {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");
    private static final String FAILED =
            LimitedLog.prepared("checking the deadlines of a session failed; the timer tries again");

    /** After this time an entry is looked at again if it was given no other deadline, and the task runs again. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    /** A task that is late by so much has been lost by the timer, whose own code may lack memory, too. */
    private static final long LOST = 5 * AGAIN;

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
    /** The number of this run. */
    private int run;

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
        run++;
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

    /** Each entry comes once in a run. */
    private synchronized @Nullable TimerEntry takeDue(long now) {
        TimerEntry first = heap[0];
        if (first == null || first.deadline - now > 0 || first.run == run) {
            return null;
        }
        first.armed = false; // before the look: what changes from now on needs another
        settle(first, 0, now + AGAIN);
        first.run = run;
        return first;
    }

    /**
     * Sets the deadline of an entry, unless it has an earlier one that has not come yet. If it throws, nothing has
     * changed.
     *
     * @param toRetry whether it is done also after the entry has ended
     */
    synchronized void schedule(TimerEntry entry, long due, boolean toRetry) {
        if (entry.isEarlier(due) || (entry.ended && !toRetry)) {
            return;
        }
        // What became due meanwhile comes after the others: a session could be due again and again.
        long deadline = running && due - began < 0 ? began : due;
        if (entry.place < 0 && size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        if (running || isAwakeBy(deadline)) {
            settle(entry, entry.place < 0 ? size : entry.place, deadline);
            entry.armed = true;
        }
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

    /** Sees to it that the task runs by this deadline, and by all others. False if the container has stopped. */
    private boolean isAwakeBy(long deadline) {
        TimerEntry first = heap[0];
        long earliest = first == null || first.deadline - deadline > 0 ? deadline : first.deadline;
        long now = time.nanoTime();
        ScheduledFuture<?> present = task;
        boolean lives = present != null && !present.isDone() && now - wake < LOST;
        boolean comes = lives && (wake - earliest <= 0 || wake - now <= 0);
        return comes || replaceTask(earliest);
    }

    /** The old task is cancelled only after the new one is made: if there is no memory for that, the old one runs. */
    private boolean replaceTask(long due) {
        try {
            long now = time.nanoTime();
            long delay = Math.max(due - now, 0);
            ScheduledFuture<?> made = timer.scheduleWithFixedDelay(this, delay, AGAIN, TimeUnit.NANOSECONDS);
            forgetTask();
            task = made;
            wake = now + delay;
            return true;
        } catch (RejectedExecutionException e) {
            close(); // the container has stopped, and cuts all sessions
            return false;
        }
    }

    private void forgetTask() {
        ScheduledFuture<?> before = task;
        if (before != null) {
            before.cancel(false);
            task = null;
        }
    }

    private void remove(TimerEntry entry) {
        if (entry.place < 0) {
            return;
        }
        TimerEntry last = heap[size - 1];
        if (last != null && last != entry) {
            settle(last, entry.place, last.deadline);
        }
        size--;
        heap[size] = null;
        entry.place = TimerEntry.NOWHERE;
        if (size == 0 && !running) {
            forgetTask();
        }
    }

    /**
     * Puts an entry into a place that is free, or its own, or that of an entry which goes, and from there to where its
     * deadline belongs. It calls nothing, and its callers nothing after it: a StackOverflowError in between would leave
     * a heap that is none.
     */
    private void settle(TimerEntry entry, int free, long deadline) {
        @Nullable TimerEntry[] all = heap;
        int place = free;
        if (place == size) {
            size++;
        }
        entry.deadline = deadline;
        while (place > 0) {
            TimerEntry above = all[(place - 1) / 2];
            if (above == null || above.deadline - deadline <= 0) {
                break;
            }
            int parent = above.place;
            all[place] = above;
            above.place = place;
            place = parent;
        }
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            TimerEntry below = all[child];
            TimerEntry right = child + 1 < size ? all[child + 1] : null;
            if (right != null && below != null && right.deadline - below.deadline < 0) {
                below = right;
                child++;
            }
            if (below == null || deadline - below.deadline <= 0) {
                break;
            }
            all[place] = below;
            below.place = place;
            place = child;
        }
        all[place] = entry;
        entry.place = place;
    }
}
