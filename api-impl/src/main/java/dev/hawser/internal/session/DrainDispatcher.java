package dev.hawser.internal.session;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns on shared worker threads. A worker is woken only if none is active, and empties the one ready queue, since waking a thread
 * for each message costs more than all the rest. A monitor adds workers when the queue does not move because callbacks block, up to a
 * limit, and sees to the flush rule while callbacks are slow. Turns that are known to block go to {@link BlockingTurns}, and those of
 * endpoints that ask for virtual threads each to one of its own.
 */
final class DrainDispatcher {
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** Ticks without anything to watch after which the monitor parks. */
    private static final int IDLE_TICKS = 20;

    /** How long the monitor rests at most when nothing is to be watched. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long WORKER_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Ticks without a turn taken after which one more worker is worth it, whatever the others seem to do. */
    private static final int STILL_TICKS = 20;
    /** Waiting turns per active worker above which another one is worth its wake, while there are cores. */
    private static final int DEEP_QUEUE = 32;

    private final ActiveTurns activeTurns = new ActiveTurns();
    private final Executor lender;
    private final DispatchThreads threads;
    private final BlockingTurns blocking;
    private final VirtualThreads virtualThreads;
    private final String name;
    private final int maxWorkers;
    private final long holdBackNanos;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final Object lock = new Object();

    // All below: guarded by lock.
    private final ReadyQueue queue = new ReadyQueue();
    private int active;
    private int created;
    /** How many workers may take turns: as many as processors compute, beside those that wait. */
    private int mayWork = Integer.MAX_VALUE;
    /** The workers that rest, linked by {@link Worker#nextParked}: parking must not need memory. */
    private @Nullable Worker parked;

    private @Nullable Monitor monitor;
    /** Whether a lent thread empties the queue, or is about to. */
    private boolean lent;
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
     * @param maxWorkers of the threads for turns that do not block, as far as is known
     * @param maxBlocking of the threads for those that may
     * @param flushDelayNanos how long replies may be held back
     * @param lender has a thread for one task while none of ours can be started
     */
    DrainDispatcher(String name, int maxWorkers, int maxBlocking, long flushDelayNanos, Executor lender) {
        this(
                name,
                maxWorkers,
                maxBlocking,
                flushDelayNanos,
                lender,
                task -> new Thread(null, task, name, 0, false),
                new VirtualThreads(name + "-virtual"));
    }

    /** @param threadFactory makes the threads, which are named and made daemons here */
    DrainDispatcher(
            String name,
            int maxWorkers,
            int maxBlocking,
            long flushDelayNanos,
            Executor lender,
            ThreadFactory threadFactory,
            VirtualThreads virtualThreads) {
        this.name = name;
        this.threads = new DispatchThreads(threadFactory);
        this.blocking = new BlockingTurns(threads, name + "-blocking-", maxBlocking, this::threw);
        this.holdBackNanos = Math.max(flushDelayNanos - TICK_NANOS, 0);
        this.maxWorkers = maxWorkers;
        this.lender = lender;
        this.virtualThreads = virtualThreads;
    }

    ActiveTurns activeTurns() {
        return activeTurns;
    }

    BlockingTurns blocking() {
        return blocking;
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
        } else if (ticket.turn.mayBlock() && blocking.run(ticket)) {
            if (blocking.isCrowded()) {
                lookedAfter();
            }
            return;
        }
        // What no other thread can be had for our workers run, so that onClose is never lost.
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
            if (queue.size() > 0 && active == 0) {
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
        Turn.Weight weight = ticket.turn.weight();
        synchronized (lock) {
            queue.add(ticket, weight);
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
            if (active == 0 && queue.size() > 0) {
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

    /** Never throws: if nobody can be told, the monitor looks by itself in a while. */
    private void lookedAfter() {
        try {
            watch();
        } catch (Throwable e) {
            // of the Java machine
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
                if (threads.start(made.thread)) { // else the next who asks tries again
                    monitor = made;
                    watching = true;
                }
                return;
            }
            watching = true;
        }
        LockSupport.unpark(resting.thread);
    }

    DispatchThreads threads() {
        return threads;
    }

    /**
     * Ends all threads once the queue is empty, and interrupts what still runs on them after the timeout.
     */
    void stop(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        synchronized (lock) {
            stopped = true;
            for (Worker worker = parked; worker != null; worker = worker.nextParked) {
                LockSupport.unpark(worker.thread);
            }
            if (monitor != null) {
                LockSupport.unpark(monitor.thread);
            }
        }
        blocking.stop();
        threads.stop(deadline);
        virtualThreads.stop(deadline);
    }

    /** Under the lock: a worker that is to be woken after it, or null if there may be no more. */
    private @Nullable Worker addWorker() {
        while (parked != null && parked.ended) {
            parked = parked.nextParked;
        }
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

    /** No worker could be started: one thread that the container has already empties the queue, or else who comes next tries again. */
    private void lendThread() {
        synchronized (lock) {
            if (lent) {
                return;
            }
            lent = true;
        }
        try {
            lender.execute(this::drain);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            synchronized (lock) {
                lent = false;
            }
            watch();
        }
    }

    private void drain() {
        for (Turn.Ticket ticket = takeLent(); ticket != null; ticket = takeLent()) {
            run(ticket);
        }
    }

    private Turn.@Nullable Ticket takeLent() {
        synchronized (lock) {
            Turn.Ticket ticket = queue.poll();
            lent = ticket != null;
            return ticket;
        }
    }

    /**
     * A turn does not throw, but the Java machine may, and its thread serves others: the turn has not begun, or not ended, and is run
     * again. Never throws.
     */
    private void threw(Turn.@Nullable Ticket ticket, Throwable error) {
        DispatchThreads.log("a callback thread goes on after an error", error);
        if (ticket != null && ticket.mayRunAgain()) {
            queue(ticket, false);
        }
    }

    private final class Worker implements Runnable {
        final Thread thread;
        /** Whether the worker takes turns; guarded by lock for writing. */
        volatile boolean running;
        /** The next one that rests; guarded by lock. */
        @Nullable Worker nextParked;
        /** Guarded by lock. */
        boolean ended;

        Worker(String threadName) {
            thread = threads.make(this, threadName);
        }

        void wake() {
            if (thread.getState() != Thread.State.NEW) {
                LockSupport.unpark(thread);
                return;
            }
            boolean isStarted;
            synchronized (lock) {
                isStarted = threads.start(thread);
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
                Turn.Ticket ticket = running && active <= mayWork ? queue.poll() : null;
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
                    if (!running && (stopped || nanos <= 0)) {
                        ended = true; // and is passed over where it is parked
                        threads.ends(thread);
                        return false;
                    }
                }
                LockSupport.parkNanos(this, Math.max(nanos, 1));
            }
            return true;
        }
    }

    private final class Monitor implements Runnable {
        final Thread thread = threads.make(this, name + "-monitor");
        private final ThreadSight sight = new ThreadSight();
        private long takenBefore;
        private int idleTicks;
        private int stillTicks;
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
                DispatchThreads.log("the monitor of the callback threads goes on after an error", error);
            }
        }

        /** Returns false once the dispatcher has stopped and nothing waits. */
        private boolean lookAtQueue() {
            boolean crowded = blocking.isCrowded();
            if (crowded) {
                blocking.relieve(System.nanoTime());
            }
            int lost = activeTurns.lostToWorkers(System.nanoTime(), sight.renewed());
            Worker wake = null;
            synchronized (lock) {
                if (stopped && queue.size() == 0) {
                    return false;
                }
                boolean stuck = queue.size() > 0 && (active == 0 || queue.taken() == takenBefore);
                stillTicks = stuck ? stillTicks + 1 : 0;
                mayWork = Math.max(cores + lost, stillTicks >= STILL_TICKS ? active + 1 : 0);
                boolean deep = queue.size() > DEEP_QUEUE * active;
                if (active < mayWork && (stuck || deep)) {
                    wake = addWorker();
                }
                boolean requested = watchRequested;
                if (requested) {
                    watchRequested = false; // only what was seen: a request that came since would be lost
                }
                idleTicks = queue.size() > 0 || requested || crowded ? 0 : idleTicks + 1;
                takenBefore = queue.taken();
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
                    if (queue.size() > 0 || blocking.isCrowded()) {
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
