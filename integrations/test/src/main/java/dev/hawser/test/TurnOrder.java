package dev.hawser.test;

import dev.hawser.internal.dispatch.TurnExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the events of the network, and the engine's turns with the callbacks, on one thread, one after the other, in the
 * order in which they became due. The test waits until none is due, so two runs of a test do the same.
 *
 * <p>A callback that waits, for a stream or for the test, would stop everything. So a second thread watches the first.
 * If a turn waits for long, the second thread runs what is due from then on, and the turn continues beside it. An event
 * of the network is never overtaken, because an event loop that waits does stop its connections.
 */
final class TurnOrder implements TestThreads, TurnExecutor {
    /** A turn waits if it did so at that many looks in a row, a millisecond or more apart. */
    private static final int LOOKS = 50;

    private static final long FOREVER = 0;

    private final String name;
    private final long settleNanos;
    private final Object lock = new Object();

    // All fields below are guarded by lock.
    private final ArrayDeque<Task> due = new ArrayDeque<>();
    /** All threads, with those whose turns were overtaken. */
    private final Set<Runner> runners = new LinkedHashSet<>();
    /** Runs what is due. */
    private @Nullable Runner first;
    /** Watches the first. */
    private @Nullable Runner second;

    private int created;
    private boolean ended;

    /** Compared by identity. */
    private static final class Task {
        final Runnable work;
        /** Whether others may run while it waits. */
        final boolean turn;

        Task(Runnable work, boolean turn) {
            this.work = work;
            this.turn = turn;
        }
    }

    /**
     * @param name begins the names of the threads
     * @param settleTime how long {@link #settle} waits at most
     */
    TurnOrder(String name, Duration settleTime) {
        this.name = name;
        this.settleNanos = settleTime.toNanos();
    }

    @Override
    public Executor network() {
        return event -> add(new Task(event, false));
    }

    @Override
    public Executor forTurns() {
        return this;
    }

    @Override
    public void execute(Runnable turn) {
        add(new Task(turn, true));
    }

    private void add(Task task) {
        synchronized (lock) {
            if (ended) {
                throw new RejectedExecutionException("The tester is closed");
            }
            if (first == null) {
                first = started();
            }
            if (second == null) {
                second = started();
            }
            due.add(task);
            lock.notifyAll();
        }
    }

    /** The lock is held. */
    private Runner started() {
        Runner runner = new Runner(name + "-callbacks-" + (created + 1));
        runner.thread.start();
        runners.add(runner);
        created++;
        return runner;
    }

    /** Returns at once in a callback, which is itself what others would wait for. */
    @Override
    public void settle() {
        long end = System.nanoTime() + settleNanos;
        synchronized (lock) {
            if (runners.stream().anyMatch(runner -> runner.thread == Thread.currentThread())) {
                return;
            }
            try {
                for (long left = settleNanos; left > 0 && !isAtRest(); left = end - System.nanoTime()) {
                    lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the expectation that follows says so
            }
        }
    }

    /** Whether nothing is due, or the rest waits for something that is not in this queue. The lock is held. */
    private boolean isAtRest() {
        Runner running = first;
        if (ended || running == null) {
            return true;
        }
        Task task = running.task;
        if (task == null) {
            return due.isEmpty();
        }
        return running.waits() && (due.isEmpty() || !task.turn);
    }

    @Override
    public void end() {
        synchronized (lock) {
            ended = true; // what is due still runs
            for (Runner runner : runners) {
                if (runner.task != null) {
                    runner.thread.interrupt();
                }
            }
            lock.notifyAll();
        }
    }

    @Override
    public boolean isEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    private final class Runner implements Runnable {
        final Thread thread;
        /** What it runs now; guarded by lock. */
        @Nullable Task task;
        /** At how many looks in a row the running task waited; guarded by lock. */
        private int looks;

        Runner(String threadName) {
            thread = new Thread(null, this, threadName, 0, false);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            for (Task next = next(); next != null; next = next()) {
                try {
                    next.work.run();
                } catch (Throwable e) { // of the kit itself or of the JVM; the next tasks run all the same
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                }
            }
        }

        /** Waits for the next task; null once the thread must end. */
        private @Nullable Task next() {
            synchronized (lock) {
                task = null;
                lock.notifyAll();
                while (first == this ? !ended || !due.isEmpty() : second == this && !ended) {
                    if (first == this) {
                        task = due.poll();
                        if (task != null) {
                            looks = 0;
                            lock.notifyAll();
                            return task;
                        }
                        await(FOREVER);
                    } else {
                        watch();
                    }
                }
                runners.remove(this);
                return null;
            }
        }

        /** The second thread waits for a millisecond, and looks at the first. The lock is held. */
        private void watch() {
            Runner watched = first;
            if (watched == null || watched.task == null) {
                await(FOREVER);
                return;
            }
            Task before = watched.task;
            await(1);
            if (watched != first || watched.task != before) {
                return;
            }
            watched.looks = isParked(watched.thread) ? watched.looks + 1 : 0;
            if (watched.waits()) {
                if (before.turn && !due.isEmpty()) {
                    first = this;
                    second = started();
                }
                lock.notifyAll();
            }
        }

        boolean waits() {
            return looks >= LOOKS;
        }

        @SuppressWarnings("WaitNotInLoop") // the callers have the loop
        private void await(long millis) {
            try {
                lock.wait(millis);
            } catch (InterruptedException e) {
                // the end, or what a callback has left behind
            }
        }
    }

    private static boolean isParked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }
}
