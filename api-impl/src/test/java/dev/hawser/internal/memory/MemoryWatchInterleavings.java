package dev.hawser.internal.memory;

import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Each connection is looked at, by one task, and what has gone counts no more, in whatever order the threads run. The
 * account itself is one atomic step of a map of the JDK, within which the model checker cannot switch threads.
 */
class MemoryWatchInterleavings {
    private static final String KEY = "dev.hawser.test.interleavings";

    private static MemoryAccount account() {
        return new MemoryAccount(KEY, () -> 0);
    }

    /** A task that repeats until it is cancelled; the scenario runs it. */
    private static class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        Task(Runnable work) {
            super(work, null);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }

    private static final class Timer extends AbstractExecutorService implements ScheduledExecutorService {
        final AtomicInteger live = new AtomicInteger();

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long first, long delay, TimeUnit unit) {
            live.incrementAndGet();
            return new Task(work) {
                @Override
                protected void done() {
                    live.decrementAndGet();
                }
            };
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long first, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void execute(Runnable work) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    private static final class World {
        final Timer timer = new Timer();
        final AtomicLong clock = new AtomicLong();
        final MemoryAccount account = account();
        final MemoryWatch watch =
                new MemoryWatch(1L << 30, timer, () -> clock.addAndGet(TimeUnit.SECONDS.toNanos(2)), account);
        final StubPeer old = new StubPeer(1);

        World() {
            System.clearProperty(KEY);
            watch.begins(old);
        }

        void begins(long bytes) {
            watch.begins(new StubPeer(bytes));
        }

        /** As the timer does, if it has the task. */
        void tick() {
            if (timer.live.get() > 0) {
                watch.run();
            }
        }
    }

    @Law
    void aConnectionThatBeginsWhileTheLastOneGoesIsLookedAtByOneTask() {
        Interleavings.of(() -> {
            World world = new World();
            world.watch.gone(world.old);
            Interleavings.together(world.watch, () -> world.begins(100));
            Interleavings.same("tasks", 1, world.timer.live.get());
            world.tick();
            Interleavings.same("held", 100L, world.account.all().held());
        });
    }

    @Law
    void onceAllHaveGoneNothingIsLeftInTheAccountNorOnTheTimer() {
        Interleavings.of(() -> {
            World world = new World();
            Interleavings.together(world.watch, () -> world.watch.gone(world.old));
            world.tick();
            Interleavings.same("held", MemoryTotals.NOTHING, world.account.all());
            Interleavings.same("tasks", 0, world.timer.live.get());
        });
    }

    @Law
    void twoConnectionsThatBeginAtOnceHaveOneTask() {
        Interleavings.of(() -> {
            World world = new World();
            world.watch.gone(world.old);
            world.tick();
            Interleavings.together(() -> world.begins(100), () -> world.begins(1000));
            Interleavings.same("tasks", 1, world.timer.live.get());
            world.tick();
            Interleavings.same("held", 1100L, world.account.all().held());
        });
    }
}
