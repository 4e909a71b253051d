package dev.hawser.session;

import dev.hawser.coder.InterruptFlag;
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

    /** How long the monitor rests at most when nothing is to be watched. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

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
    /** The workers that rest, linked by {@link Worker#nextParked}: parking must not need memory. */
    private @Nullable Worker parked;

    private final Set<Thread> threads = new HashSet<>();
    private @Nullable Monitor monitor;
    /** Whether the last thread could not be started, which has been logged then. */
    private boolean startFailed;

    /** Written under the lock, also read without. */
    private volatile boolean stopped;
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
        this(
                name,
                maxWorkers,
                flushDelayNanos,
                executor,
                task -> new Thread(null, task, name, 0, false),
                new VirtualThreads(name + "-virtual"));
    }

    /** @param threadFactory makes the threads, which are named and made daemons here */
    DrainDispatcher(
            String name,
            int maxWorkers,
            long flushDelayNanos,
            Executor executor,
            ThreadFactory threadFactory,
            VirtualThreads virtualThreads) {
        this.name = name;
        this.threadFactory = threadFactory;
        this.holdBackNanos = Math.max(flushDelayNanos - TICK_NANOS, 0);
        this.maxWorkers = maxWorkers;
        this.executor = executor;
        this.virtualThreads = virtualThreads;
    }

    ActiveTurns activeTurns() {
        return activeTurns;
    }

    /**
     * Has the turn run soon, on another thread. Throws, as for want of stack or memory, only if the turn has not been taken: then it is to
     * be made ready again.
     */
    void ready(Turn.Ticket ticket) {
        if (ticket.turn.wantsVirtualThread()) {
            if (virtualThreads.start(() -> run(ticket))) {
                return;
            }
        } else if (ticket.turn.mayBlock()) {
            try {
                executor.execute(() -> run(ticket));
                return;
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // The container's pool is full or stopping, or no thread can be started: our own workers run it, so
                // that onClose is never lost.
            }
        }
        queue(ticket, false);
    }

    /** Runs a turn outside of the queue. */
    private void run(Turn.Ticket ticket) {
        try {
            ticket.turn.run();
            ticket.ran();
        } catch (Throwable e) {
            threw(ticket, e);
        }
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
            if (waiting > 0 && active == 0) {
                wake = addWorker();
            }
            wakeOwed = false;
        }
        if (wake != null) {
            wake(wake);
        }
    }

    /** Throws only if the ticket is not in the queue. */
    private void queue(Turn.Ticket ticket, boolean inTurn) {
        synchronized (lock) {
            if (tail == null) {
                head = ticket;
            } else {
                tail.next = ticket;
            }
            tail = ticket;
            waiting++;
        }
        try {
            seeToQueue(inTurn);
        } catch (Throwable e) { // of the Java machine: what waits is the monitor's case now
            lookedAfter();
        }
    }

    private void seeToQueue(boolean inTurn) {
        Worker wake = null;
        synchronized (lock) {
            if (active == 0 && waiting > 0) {
                if (inTurn && !stopped) { // a monitor that has stopped sees to nothing
                    wakeOwed = true;
                } else {
                    wake = addWorker();
                }
            }
        }
        if (wake != null) {
            wake(wake);
        } else {
            watch();
        }
    }

    /** Never throws. */
    private void wake(Worker worker) {
        try {
            worker.wake();
        } catch (Throwable e) { // of the Java machine
            notWoken(worker);
            lookedAfter();
        }
    }

    /** If its thread runs it wakes by itself, as it is told to do so with a deadline; else it is none of the active ones. */
    private void notWoken(Worker worker) {
        synchronized (lock) {
            if (worker.running && worker.thread.getState() == Thread.State.NEW) {
                active--;
                worker.running = false;
            }
        }
    }

    /** {@link #watch} for want of better: if not even that is possible, the monitor looks by itself in a while. */
    private void lookedAfter() {
        try {
            watch();
        } catch (Throwable e) {
            // see above
        }
    }

    /** Has the monitor look after a turn that holds replies back, or a queue that may stand still. */
    void watch() {
        watchRequested = true;
        if (watching) {
            return;
        }
        Monitor resting;
        synchronized (lock) {
            if (watching || stopped) {
                return;
            }
            resting = monitor;
            if (resting == null) {
                Monitor made = new Monitor();
                if (started(made.thread)) { // else the next who asks tries again
                    monitor = made;
                    watching = true;
                }
                return;
            }
            watching = true;
        }
        LockSupport.unpark(resting.thread);
    }

    /**
     * Makes the calling thread's interrupt flag what it was before code of the application ran. An interrupt of {@link #stop} stays: it is
     * meant for all that the thread still runs.
     */
    void restoreInterrupt(boolean before) {
        if (before) {
            InterruptFlag.restore(true);
        } else if (Thread.interrupted() && stopped) { // asked in this order: a stop sets the flag last
            Thread.currentThread().interrupt();
        }
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
        Worker worker = parked;
        if (worker != null) {
            parked = worker.nextParked;
            worker.nextParked = null;
        } else if (active >= maxWorkers) {
            return null;
        } else {
            worker = new Worker(name + "-worker-" + (created + 1));
            created++;
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
            threads.add(thread); // before the start, behind which nothing may fail
            thread.start();
            startFailed = false;
            return true;
        } catch (OutOfMemoryError e) { // what Thread.start throws then, too; the next try may succeed
            threads.remove(thread);
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
        for (Turn.Ticket ticket = take(); ticket != null; ticket = take()) {
            run(ticket);
        }
    }

    /**
     * A turn does not throw, but the Java machine may, and its thread serves others: the turn has not begun, or not ended, and is run
     * again. Never throws.
     */
    private void threw(Turn.@Nullable Ticket ticket, Throwable error) {
        log("a callback thread goes on after an error", error);
        if (ticket != null && ticket.mayRunAgain()) {
            queue(ticket, false);
        }
    }

    /** Never throws, though there may be no memory for it. */
    private static void log(String what, Throwable error) {
        try {
            LOGGER.log(System.Logger.Level.ERROR, what, error);
        } catch (Throwable e) {
            // the next one may be told
        }
    }

    private Turn.@Nullable Ticket take() {
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
            return ticket;
        }
    }

    private final class Worker implements Runnable {
        final Thread thread;
        /** Whether the worker takes turns; guarded by lock for writing. */
        volatile boolean running;
        /** The next one that rests; guarded by lock. */
        @Nullable Worker nextParked;

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
                Turn.Ticket ticket = null;
                try {
                    ticket = takeOrRest();
                    if (ticket != null) {
                        ticket.turn.run();
                        ticket.ran();
                    } else if (!restUntilWoken()) {
                        return;
                    }
                } catch (Throwable e) {
                    threw(ticket, e);
                }
            }
        }

        private Turn.@Nullable Ticket takeOrRest() {
            synchronized (lock) {
                Turn.Ticket ticket = running ? take() : null;
                if (ticket == null && running) {
                    active--;
                    running = false;
                    nextParked = parked;
                    parked = this;
                }
                return ticket;
            }
        }

        /** Returns false if the worker has been idle for long, or the dispatcher stops. */
        private boolean restUntilWoken() {
            long deadline = System.nanoTime() + WORKER_IDLE_NANOS;
            while (!running) {
                Thread.interrupted(); // whoever left it: parking would spin
                long nanos = deadline - System.nanoTime();
                synchronized (lock) {
                    if ((stopped || nanos <= 0) && unparked()) {
                        threads.remove(thread);
                        return false;
                    }
                }
                LockSupport.parkNanos(this, Math.max(nanos, 1));
            }
            return true;
        }

        /** Under the lock: takes this worker out of the parked ones. Returns whether it was one of them. */
        private boolean unparked() {
            Worker before = null;
            for (Worker each = parked; each != null; each = each.nextParked) {
                if (each == this) {
                    if (before == null) {
                        parked = nextParked;
                    } else {
                        before.nextParked = nextParked;
                    }
                    nextParked = null;
                    return true;
                }
                before = each;
            }
            return false;
        }
    }

    private final class Monitor implements Runnable {
        final Thread thread = daemon(this, name + "-monitor");
        private long takenBefore;
        private int idleTicks;
        private boolean hasFailed;

        @Override
        public void run() {
            boolean goesOn = true;
            while (goesOn) {
                try {
                    LockSupport.parkNanos(this, TICK_NANOS);
                    Thread.interrupted(); // whoever left it: parking would spin
                    activeTurns.flushDeferredSince(System.nanoTime() - holdBackNanos);
                } catch (Throwable e) {
                    failed(e);
                }
                try {
                    goesOn = lookAtQueue();
                } catch (Throwable e) {
                    failed(e);
                }
            }
        }

        /** Of the Java machine: without the monitor one callback that blocks would hold up all sessions. Told once, not each tick. */
        private void failed(Throwable error) {
            if (!hasFailed) {
                hasFailed = true;
                log("the monitor of the callback threads goes on after an error", error);
            }
        }

        /** Returns false once the dispatcher has stopped and nothing waits. */
        private boolean lookAtQueue() {
            Worker wake = null;
            synchronized (lock) {
                if (stopped && waiting == 0) {
                    return false;
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
                wake(wake);
            }
            restUntilWatching();
            return true;
        }

        /** Looks at the queue itself now and then: who should have asked for it may have had no stack left for that. */
        private void restUntilWatching() {
            while (!watching) {
                synchronized (lock) {
                    if (stopped) {
                        return;
                    }
                    if (waiting > 0) {
                        watching = true;
                        return;
                    }
                }
                LockSupport.parkNanos(this, REST_NANOS);
                Thread.interrupted();
                idleTicks = 0;
            }
        }
    }
}
