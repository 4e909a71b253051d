package dev.hawser.test;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A timer without a thread: the test moves the time, and takes the tasks that are due. Tasks of the same time are due
 * in the order in which they were scheduled. Thread-safe.
 */
final class VirtualTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final LongSupplier nanoTime;
    private final Consumer<Runnable> dueNow;

    // Guarded by this.
    private final PriorityQueue<Entry<?>> entries = new PriorityQueue<>();
    private long scheduled;
    private boolean ended;

    /**
     * @param nanoTime the time that the test moves
     * @param dueNow takes tasks that are due when they are scheduled
     */
    VirtualTimer(LongSupplier nanoTime, Consumer<Runnable> dueNow) {
        this.nanoTime = nanoTime;
        this.dueNow = dueNow;
    }

    /** The time of the first task; null if there is none. */
    synchronized @Nullable Long first() {
        Entry<?> first = entries.peek();
        return first == null ? null : first.time;
    }

    /** Takes the first task if its time is not later than this; null if there is none. */
    synchronized @Nullable Runnable take(long until) {
        Entry<?> first = entries.peek();
        return first == null || first.time - until > 0 ? null : entries.poll();
    }

    private final class Entry<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        /** The time from the end of a run to the next; 0 if it runs once. */
        private final long delay;
        // Guarded by the timer.
        private long time;
        private long number;

        Entry(Callable<V> work, long delay) {
            super(work);
            this.delay = delay;
        }

        @Override
        public boolean isPeriodic() {
            return delay > 0;
        }

        @Override
        public void run() {
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset()) {
                await(this, delay);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            synchronized (VirtualTimer.this) {
                entries.remove(this);
            }
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            synchronized (VirtualTimer.this) {
                return unit.convert(time - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public int compareTo(Delayed other) {
            Entry<?> entry = (Entry<?>) other;
            long later = time - entry.time;
            return later == 0 ? Long.compare(number, entry.number) : Long.signum(later);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private <V> Entry<V> add(Entry<V> entry, long nanos) {
        if (isShutdown()) {
            throw new RejectedExecutionException("The tester is closed");
        }
        if (nanos > 0) {
            await(entry, nanos);
        } else {
            dueNow.accept(entry);
        }
        return entry;
    }

    private synchronized void await(Entry<?> entry, long nanos) {
        if (!ended && !entry.isCancelled()) {
            entry.time = nanoTime.getAsLong() + nanos;
            entry.number = scheduled++;
            entries.add(entry);
        }
    }

    private static Callable<@Nullable Void> once(Runnable task) {
        return () -> {
            task.run();
            return null;
        };
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return add(new Entry<>(once(task), 0), unit.toNanos(delay));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return add(new Entry<>(task, 0), unit.toNanos(delay));
    }

    /** The same as with a fixed delay, since no task takes time. */
    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(task, first, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        return add(new Entry<>(once(task), unit.toNanos(delay)), unit.toNanos(first));
    }

    @Override
    public void execute(Runnable task) {
        dueNow.accept(task);
    }

    @Override
    public void shutdown() {
        shutdownNow();
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        ended = true;
        List<Runnable> left = new ArrayList<>(entries);
        entries.clear();
        return left;
    }

    @Override
    public synchronized boolean isShutdown() {
        return ended;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown();
    }
}
