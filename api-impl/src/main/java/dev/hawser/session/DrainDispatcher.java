package dev.hawser.session;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns on shared worker threads. A worker is woken only if none is active, and empties the one ready queue, since waking a thread
 * for each message costs more than all the rest. A monitor adds workers when the queue does not move because callbacks block, up to a
 * limit, and sees to the flush rule while callbacks are slow. Turns that are known to block go to the container's executor, and those of
 * endpoints that ask for virtual threads each to one of its own.
 */
final class DrainDispatcher {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.dispatch");
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** Ticks without anything to watch after which the monitor parks. */
    private static final int IDLE_TICKS = 20;

    private static final long WORKER_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Waiting turns per active worker above which another one is worth its wake, while there are cores. */
    private static final int DEEP_QUEUE = 32;

    private final ActiveTurns activeTurns = new ActiveTurns();
    private final Executor executor;
    private final ThreadFactory threadFactory;
    private final VirtualThreads virtualThreads;
    private final String name;
    private final int maxWorkers;
    private final long holdBackNanos;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final Object lock = new Object();

    // All below: guarded by lock.
    private Turn.@Nullable Ticket head;
    private Turn.@Nullable Ticket tail;
    private int waiting;
    private long taken;
    private int active;
    private int created;
    private final ArrayDeque<Worker> parked = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private boolean stopped;
    private @Nullable Monitor monitor;
    /** Whether the last thread could not be started, which has been logged then. */
    private boolean startFailed;

    /** Whether a queue without a worker waits for the end of a turn. Written under the lock, also read without. */
    private volatile boolean wakeOwed;
    /** Whether the monitor ticks. Written under the lock. */
    private volatile boolean watching;
    /** Whether something to watch has come since the last tick; set before {@link #watching} is read, and read after it is written. */
    private volatile boolean watchRequested;

    /**
     * @param name begins the names of the threads
     * @param flushDelayNanos how long replies may be held back
     * @param executor runs turns that may block
     */
    DrainDispatcher(String name, int maxWorkers, long flushDelayNanos, Executor executor) {
        this(name, maxWorkers, flushDelayNanos, executor, task -> new Thread(null, task, name, 0, false));
    }

    /** @param threadFactory makes the threads, which are named and made daemons here */
    DrainDispatcher(String name, int maxWorkers, long flushDelayNanos, Executor executor, ThreadFactory threadFactory) {
        this.name = name;
        this.threadFactory = threadFactory;
        this.holdBackNanos = Math.max(flushDelayNanos - TICK_NANOS, 0);
        this.maxWorkers = maxWorkers;
        this.executor = executor;
        this.virtualThreads = new VirtualThreads(name + "-virtual");
    }

    ActiveTurns activeTurns() {
        return activeTurns;
    }

    /** Has the turn run soon, on another thread. */
    void ready(Turn.Ticket ticket) {
        if (ticket.turn.wantsVirtualThread()) {
            virtualThreads.run(ticket.turn);
            return;
        }
        if (ticket.turn.mayBlock()) {
            try {
                executor.execute(ticket.turn);
                return;
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // The container's pool is full or stopping, or no thread can be started: our own workers run it, so
                // that onClose is never lost.
            }
        }
        queue(ticket, false);
    }

    /**
     * Has a turn run that does not block, on a worker: at once, or if the calling thread is in a callback, at the end of that or with the
     * next tick. So a callback that sends to a thousand sessions wakes one thread and not a thousand.
     */
    void readySoon(Turn.Ticket ticket) {
        queue(ticket, activeTurns.inTurn());
    }

    /** A turn has ended: what it made ready runs now. */
    void turnEnded() {
        if (!wakeOwed) {
            return;
        }
        Worker wake = null;
        synchronized (lock) {
            wakeOwed = false;
            if (waiting > 0 && active == 0) {
                wake = addWorker();
            }
        }
        if (wake != null) {
            wake.wake();
        }
    }

    private void queue(Turn.Ticket ticket, boolean inTurn) {
        Worker wake = null;
        synchronized (lock) {
            if (tail == null) {
                head = ticket;
            } else {
                tail.next = ticket;
            }
            tail = ticket;
            waiting++;
            if (active == 0) {
                if (inTurn && !stopped) { // a monitor that has stopped sees to nothing
                    wakeOwed = true;
                } else {
                    wake = addWorker();
                }
            }
        }
        if (wake != null) {
            wake.wake();
        } else {
            watch();
        }
    }

    /** Has the monitor look after a turn that holds replies back, or a queue that may stand still. */
    void watch() {
        watchRequested = true;
        if (watching) {
            return;
        }
        Monitor started;
        synchronized (lock) {
            if (watching || stopped) {
                return;
            }
            watching = true;
            started = monitor;
            if (started == null) {
                started = new Monitor();
                watching = started(started.thread);
                monitor = watching ? started : null; // else the next who asks tries again
                return;
            }
        }
        LockSupport.unpark(started.thread);
    }

    /**
     * Ends all threads once the queue is empty, and interrupts what still runs on them after the timeout; turns that come later run on the
     * calling thread's executor or not at all.
     */
    void stop(long timeoutNanos) {
        Thread[] toJoin;
        synchronized (lock) {
            stopped = true;
            toJoin = threads.toArray(new Thread[0]);
        }
        long deadline = System.nanoTime() + timeoutNanos;
        for (Thread thread : toJoin) {
            LockSupport.unpark(thread);
        }
        for (Thread thread : toJoin) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (thread == Thread.currentThread() || millis <= 0) {
                continue;
            }
            try {
                thread.join(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        for (Thread thread : toJoin) {
            if (thread != Thread.currentThread()) {
                thread.interrupt(); // nothing happens to one that has ended; a callback that waits for ever would
                // keep its application alive
            }
        }
        virtualThreads.stop(deadline);
    }

    /** Under the lock: a worker that is to be woken after it, or null if there may be no more. */
    private @Nullable Worker addWorker() {
        Worker worker = parked.pollLast();
        if (worker == null) {
            if (active >= maxWorkers) {
                return null;
            }
            worker = new Worker(name + "-worker-" + ++created);
        }
        active++;
        worker.running = true;
        return worker;
    }

    private Thread daemon(Runnable task, String threadName) {
        Thread thread = threadFactory.newThread(task);
        thread.setName(threadName);
        thread.setDaemon(true);
        return thread;
    }

    /** Under the lock: starts a thread; false if the process can have no more of them at the moment. */
    private boolean started(Thread thread) {
        try {
            thread.start();
            threads.add(thread);
            startFailed = false;
            return true;
        } catch (OutOfMemoryError e) { // what Thread.start throws then; the next try may succeed
            if (!startFailed) {
                startFailed = true;
                LOGGER.log(System.Logger.Level.ERROR, "No thread can be started for callbacks; they wait for one", e);
            }
            return false;
        }
    }

    /** No worker could be started: a thread that the container has already empties the queue, or else who comes next tries again. */
    private void lendThread() {
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            watch();
        }
    }

    private void drain() {
        for (Turn turn = take(); turn != null; turn = take()) {
            try {
                turn.run();
            } catch (Throwable e) {
                threw(e);
            }
        }
    }

    /** A turn does not throw, but the Java machine may, and its thread serves others. */
    private static void threw(Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, "a turn ended with an error", error);
    }

    private @Nullable Turn take() {
        synchronized (lock) {
            Turn.Ticket ticket = head;
            if (ticket == null) {
                return null;
            }
            head = ticket.next;
            ticket.next = null;
            if (head == null) {
                tail = null;
            }
            waiting--;
            taken++;
            return ticket.turn;
        }
    }

    private final class Worker implements Runnable {
        final Thread thread;
        /** Whether the worker takes turns; guarded by lock for writing. */
        volatile boolean running;

        Worker(String threadName) {
            thread = daemon(this, threadName);
        }

        void wake() {
            if (thread.getState() != Thread.State.NEW) {
                LockSupport.unpark(thread);
                return;
            }
            boolean isStarted;
            synchronized (lock) {
                isStarted = started(thread);
                if (!isStarted) {
                    active--;
                    running = false;
                }
            }
            if (!isStarted) {
                lendThread();
            }
        }

        @Override
        public void run() {
            while (true) {
                Turn turn = takeOrRest();
                if (turn != null) {
                    try {
                        turn.run();
                    } catch (Throwable e) {
                        threw(e);
                    }
                } else if (!restUntilWoken()) {
                    return;
                }
            }
        }

        private @Nullable Turn takeOrRest() {
            synchronized (lock) {
                Turn turn = take();
                if (turn == null) {
                    active--;
                    running = false;
                    parked.addLast(this);
                }
                return turn;
            }
        }

        /** Returns false if the worker has been idle for long, or the dispatcher stops. */
        private boolean restUntilWoken() {
            long deadline = System.nanoTime() + WORKER_IDLE_NANOS;
            while (!running) {
                long nanos = deadline - System.nanoTime();
                synchronized (lock) {
                    if ((stopped || nanos <= 0) && parked.remove(this)) {
                        threads.remove(thread);
                        return false;
                    }
                }
                LockSupport.parkNanos(this, Math.max(nanos, 1));
            }
            return true;
        }
    }

    private final class Monitor implements Runnable {
        final Thread thread = daemon(this, name + "-monitor");
        private long takenBefore;
        private int idleTicks;

        @Override
        public void run() {
            while (true) {
                LockSupport.parkNanos(this, TICK_NANOS);
                activeTurns.flushDeferredSince(System.nanoTime() - holdBackNanos);
                Worker wake = null;
                synchronized (lock) {
                    if (stopped && waiting == 0) {
                        return;
                    }
                    boolean stuck = waiting > 0 && (active == 0 || taken == takenBefore);
                    boolean deep = waiting > DEEP_QUEUE * active && active < cores;
                    if (stuck || deep) {
                        wake = addWorker();
                    }
                    boolean requested = watchRequested;
                    if (requested) {
                        watchRequested = false; // only what was seen: a request that came since would be lost
                    }
                    idleTicks = waiting > 0 || requested ? 0 : idleTicks + 1;
                    takenBefore = taken;
                    watching = idleTicks < IDLE_TICKS;
                    watching = watching || watchRequested;
                }
                if (wake != null) {
                    wake.wake();
                }
                restUntilWatching();
            }
        }

        private void restUntilWatching() {
            while (!watching) {
                synchronized (lock) {
                    if (stopped) {
                        return;
                    }
                }
                LockSupport.park(this);
                idleTicks = 0;
            }
        }
    }
}
