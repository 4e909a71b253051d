package dev.hawser.test;

import dev.hawser.internal.connection.OwnTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Runs the events of the network, the tasks of the timer, and the engine's turns with the callbacks, on one thread, one
 * after the other, in the order in which they became due. The test waits until none is due, so two runs of a test do
 * the same. Time stands still, except in {@link #advance}.
 *
 * <p>A callback that waits, for a stream or for the test, would stop everything. So a second thread watches the first.
 * If a turn waits, the second thread runs what is due from then on, but nothing while the overtaken turn goes on. An
 * event of the network is never overtaken, because an event loop that waits does stop its connections.
 */
final class TurnOrder implements TestThreads, OwnTime {
    private static final long FOREVER = 0;

    private final String name;
    private final Duration patience;
    private final Object lock = new Object();
    private final VirtualTimer timer = new VirtualTimer(this::nanoTime, this::execute);
    private final EngineWaits waits;

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
    /** Also read without the lock. */
    private volatile long now = System.nanoTime();

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
     * @param patience how long {@link #settle} waits at most
     */
    TurnOrder(String name, Duration patience) {
        this.name = name;
        this.patience = patience;
        this.waits = new EngineWaits(lock, patience, this::mayGoOn);
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

    @Override
    public ScheduledExecutorService timer() {
        return timer;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void await(Condition condition, long nanos) throws InterruptedException {
        waits.await(condition, now + nanos, isRunner(Thread.currentThread()));
    }

    @Override
    public void waited() {
        waits.waited();
    }

    /** Whether no other callback or event runs, or must go on first. The lock is held. */
    private boolean mayGoOn(Thread waiting) {
        return ended
                || runners.stream()
                        .filter(runner -> runner.thread != waiting && runner.task != null && !runner.waitsForOthers)
                        .allMatch(runner -> waits.letsPass(runner.thread, waiting, now));
    }

    @Override
    public void advance(Duration time) {
        if (isRunner(Thread.currentThread())) {
            throw new IllegalStateException("A callback cannot let time pass: call advance in the test");
        }
        long end = now + time.toNanos();
        boolean more = true;
        while (more) {
            more = step(end);
        }
        synchronized (lock) {
            comeToRest(); // what waited until the end goes on
        }
    }

    @Override
    public Duration pass(Duration time) {
        advance(time);
        return Duration.ZERO;
    }

    /** Lets the time come to what is due next, or to the end. Returns false if nothing is due before the end. */
    private boolean step(long end) {
        synchronized (lock) {
            comeToRest();
            long next = waits.first(end);
            Long task = timer.first();
            if (task != null && task - next < 0) {
                next = task;
            }
            if (next - now > 0) {
                now = next;
            }
            Runnable taken = timer.take(now);
            if (taken != null) {
                execute(taken);
            }
            waits.recheck();
            lock.notifyAll();
            return taken != null || next - end < 0;
        }
    }

    /** The lock is held. */
    private void comeToRest() {
        if (ended) {
            throw new IllegalStateException("The tester is closed");
        }
        if (!isSettled(true)) {
            String found = Thread.currentThread().isInterrupted()
                    ? Expectations.INTERRUPTED
                    : "after " + Expectations.words(patience) + " one still runs:" + running();
            throw new AssertionError("Time passes only while no callback runs, and " + found);
        }
    }

    /** The lock is held. */
    private String running() {
        StringBuilder stacks = new StringBuilder();
        for (Runner runner : runners) {
            if (runner.goesOn() || runner.task != null && !runner.task.turn) {
                for (StackTraceElement line : runner.thread.getStackTrace()) {
                    stacks.append("\n    at ").append(line);
                }
            }
        }
        return stacks.toString();
    }

    /** Returns at once in a callback, which is itself what others would wait for. */
    @Override
    public void settle() {
        isSettled(false);
    }

    /**
     * Waits until nothing more happens by itself; returns false if that takes too long.
     *
     * @param forTime whether the tasks of the timer must be able to run then, which wait for the event loop
     */
    private boolean isSettled(boolean forTime) {
        if (isRunner(Thread.currentThread())) {
            return true;
        }
        long end = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            try {
                while (!isAtRest(forTime)) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the expectation that follows says so
                return false;
            }
        }
    }

    private boolean isRunner(Thread thread) {
        synchronized (lock) {
            return runners.stream().anyMatch(runner -> runner.thread == thread);
        }
    }

    /** Whether nothing is due, or the rest waits for something that is not in this queue. The lock is held. */
    private boolean isAtRest(boolean forTime) {
        if (ended) {
            return true;
        }
        Task task = first == null ? null : first.task;
        boolean loopWaits = task != null && !task.turn;
        boolean done = forTime ? due.isEmpty() && !loopWaits : due.isEmpty() || loopWaits;
        return done && runners.stream().noneMatch(Runner::goesOn) && !waits.doOthersLook(now);
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

    /** All but the constructor and {@link #run} is called with the lock held. */
    private final class Runner implements Runnable {
        /** A callback waits if it did so at so many looks in a row. */
        private static final int LOOKS = 25;

        /** And if the first of these looks was so long ago. */
        private static final long LONG = 50_000_000;

        final Thread thread;
        /** What it runs now. */
        @Nullable Task task;
        /** At how many looks in a row the running task waited. */
        private int looks;

        private long firstLook;
        /** Whether the application seems to wait for something that is not in this queue. */
        private boolean waitsForOthers;

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
                looks = 0;
                waitsForOthers = false;
                waits.recheck(); // what it did may be what others wait for
                lock.notifyAll();
                while (first == this ? !ended || !due.isEmpty() : second == this && !ended) {
                    if (first != this) {
                        watch();
                    } else if (!due.isEmpty() && (ended || runners.stream().noneMatch(Runner::goesOn))) {
                        task = due.remove();
                        lock.notifyAll();
                        return task;
                    } else {
                        await(FOREVER);
                    }
                }
                runners.remove(this);
                return null;
            }
        }

        /** The second thread looks at the others every millisecond while one of them has a task. */
        private void watch() {
            await(runners.stream().allMatch(runner -> runner.task == null) ? FOREVER : 1);
            try {
                overtake();
            } catch (Throwable e) { // no memory for a stack, or no thread; it looks again
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
            lock.notifyAll();
        }

        private void overtake() {
            runners.forEach(Runner::look);
            Runner watched = first;
            if (watched != null && watched.task != null && watched.task.turn && !watched.goesOn() && !due.isEmpty()) {
                Runner another = started(); // before the change, because it may throw
                first = this;
                second = another;
            }
        }

        private void look() {
            if (task == null || waits.isInside(thread) || !WaitingStacks.isParked(thread)) {
                looks = 0;
                waitsForOthers = false;
                return;
            }
            firstLook = looks == 0 ? System.nanoTime() : firstLook;
            looks++;
            if (!waitsForOthers && looks >= LOOKS && System.nanoTime() - firstLook >= LONG) {
                waitsForOthers = !WaitingStacks.endsByItself(thread.getStackTrace());
            }
        }

        /** Whether it has a task that does not wait. */
        boolean goesOn() {
            return task != null && !waitsForOthers && !waits.isWaiting(thread, now);
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
}
