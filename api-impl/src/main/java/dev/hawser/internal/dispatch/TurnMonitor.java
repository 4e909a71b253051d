package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks after the running and the waiting turns every half millisecond, while there is something to look
 * after: it sends replies that have been held back for long enough, has streams give way that hold threads others wait
 * for, and has workers added where callbacks block. Thread-safe.
 */
final class TurnMonitor implements Runnable {
    static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** Ticks without anything to watch after which the monitor parks. */
    private static final int IDLE_TICKS = 20;

    /** How long the monitor rests at most when nothing is to be watched. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DispatchThreads threads;
    private final String name;
    private final ActiveTurns activeTurns;
    private final BlockingTurns blocking;
    private final Watched queue;
    private final long holdBackNanos;
    private final ThreadSight sight;
    private final Object lock = new Object();

    /** Guarded by lock. */
    private @Nullable Thread thread;

    private boolean stopped;
    /** Whether the monitor ticks. Written under the lock. */
    private volatile boolean watching;
    /**
     * Whether something to watch has come since the last tick; set before {@link #watching} is read, and read after it
     * is written.
     */
    private volatile boolean watchRequested;

    // Only touched by the monitor's thread.
    private int idleTicks;
    private boolean hasFailed;
    /** A turn that was taken from the queue and is about to go where it may block. */
    private Turn.@Nullable Ticket overflow;

    /** The queue of the turns that wait for a worker. */
    interface Watched {
        /** How many turns wait. */
        int waiting();

        /**
         * Adds a worker if the queue does not move.
         *
         * @param lost how many workers wait in their turns, or take long
         * @return how many turns wait
         */
        int look(int lost);

        /** Takes a turn that waits while all workers are blocked, and there may be no more; null if there is none. */
        Turn.@Nullable Ticket overflow();

        /**
         * Has the turn run by a worker. Throws only if it is not in the queue.
         *
         * @param inTurn whether the calling thread runs a turn
         */
        void queue(Turn.Ticket ticket, boolean inTurn);
    }

    /**
     * @param name of the thread
     * @param holdBackNanos how long replies may be held back
     * @param sight what can be seen of the threads of turns
     */
    TurnMonitor(
            DispatchThreads threads,
            String name,
            ActiveTurns activeTurns,
            BlockingTurns blocking,
            Watched queue,
            long holdBackNanos,
            ThreadSight sight) {
        this.threads = threads;
        this.name = name;
        this.activeTurns = activeTurns;
        this.blocking = blocking;
        this.queue = queue;
        this.holdBackNanos = holdBackNanos;
        this.sight = sight;
    }

    /** Has the monitor look after a turn that holds replies back, or a queue that may stand still. */
    void watch() {
        watchRequested = true;
        if (watching) {
            return;
        }
        Thread resting;
        synchronized (lock) {
            if (watching || stopped) {
                return;
            }
            resting = thread;
            if (resting == null) {
                Thread made = threads.make(this, name);
                if (threads.start(made)) { // else the next who asks tries again
                    thread = made;
                    watching = true;
                }
                return;
            }
            watching = true;
        }
        LockSupport.unpark(resting);
    }

    /** The thread ends as soon as no turn waits. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

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
                goesOn = look();
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    /**
     * Of the Java machine: without the monitor one callback that blocks would hold up all sessions. Logged once, not
     * each tick.
     */
    private void failed(Throwable error) {
        if (!hasFailed) {
            hasFailed = true;
            DispatchThreads.log("the monitor of the callback threads goes on after an error", error);
        }
    }

    /** Returns false once the dispatcher has stopped and nothing waits. */
    private boolean look() {
        boolean crowded = blocking.isCrowded();
        if (crowded) {
            blocking.relieve(System.nanoTime());
        }
        int lost = activeTurns.lostToWorkers(System.nanoTime(), sight.renewed());
        if (isStopped() && queue.waiting() == 0 && overflow == null) {
            return false;
        }
        int waiting = queue.look(lost);
        moveOverflow();
        synchronized (lock) {
            boolean requested = watchRequested;
            if (requested) {
                watchRequested = false; // only what was seen: a request that came since would be lost
            }
            idleTicks = waiting > 0 || requested || crowded ? 0 : idleTicks + 1;
            watching = idleTicks < IDLE_TICKS;
            watching = watching || watchRequested;
        }
        restUntilWatching();
        return true;
    }

    /**
     * All workers are blocked, and a turn that was not expected to block goes where the next ones of those will: else
     * callbacks that block on their first call would hold up those that do not. Whatever throws, it is kept.
     */
    private void moveOverflow() {
        if (overflow == null && blocking.hasRoom()) {
            overflow = queue.overflow();
        }
        Turn.Ticket ticket = overflow;
        if (ticket == null) {
            return;
        }
        ticket.turn.runsWhereItMayBlock();
        if (!blocking.run(ticket)) {
            queue.queue(ticket, false);
        }
        overflow = null;
    }

    /** Looks at the queue itself now and then: who should have asked for it may have had no stack left for that. */
    private void restUntilWatching() {
        while (!watching) {
            boolean anyWaiting = queue.waiting() > 0 || blocking.isCrowded();
            synchronized (lock) {
                if (stopped) {
                    return;
                }
                if (anyWaiting) {
                    watching = true;
                    return;
                }
            }
            LockSupport.parkNanos(this, REST_NANOS);
            Thread.interrupted();
            idleTicks = 0;
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }
}
