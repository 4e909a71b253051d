package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks at the running and waiting turns again and again, as long as there are some (see {@link
 * LookPace}): it sends replies that were held back long enough, makes slow streams give way when others wait for
 * threads, and adds workers if callbacks block. Thread-safe.
 */
final class TurnMonitor implements Runnable {
    private static final String GOES_ON =
            LimitedLog.prepared("the monitor of the callback threads continues after an error");

    /** How long the monitor parks at most if there is nothing to watch. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long what follows a turn waits for its event loop, until a worker runs it. */
    private static final long FOLLOWERS_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DispatchThreads threads;
    private final String name;
    private final ActiveTurns activeTurns;
    private final BlockingTurns blocking;
    private final Watched queue;
    private final LookPace pace;
    private final ThreadSight sight;
    private final Object lock = new Object();

    /** Written with the lock held. */
    private volatile @Nullable Thread thread;

    /** Written with the lock held. */
    private volatile boolean stopped;
    /** Whether the monitor looks again and again. Written under the lock. */
    private volatile boolean watching;
    /**
     * Whether there was a request to watch since the last look; set before {@link #watching} is read, and read after it
     * is written.
     */
    private volatile boolean watchRequested;

    // Accessed only by the monitor's thread.
    private boolean hasFailed;
    /** A turn that was taken from the queue, to be moved to {@link BlockingTurns}; null for none. */
    private Turn.@Nullable Ticket overflow;

    /** The queue of the turns that wait for a worker. */
    interface Watched {
        /** How many turns wait. */
        int waiting();

        /**
         * Adds a worker if the queue does not move.
         *
         * @param lost how many workers have a turn that waits or takes long
         * @return how many turns wait
         */
        int look(int lost);

        /** Whether turns waited at the last look, and none was taken since the one before. */
        boolean isStuck();

        /** Takes a waiting turn if all workers are blocked and the limit of workers is reached; otherwise null. */
        Turn.@Nullable Ticket overflow();

        /**
         * Queues a turn for a worker. It throws only if the turn was not queued.
         *
         * @param inTurn whether the calling thread runs a turn
         */
        void queue(Turn.Ticket ticket, boolean inTurn);
    }

    /**
     * @param name the name of the thread
     * @param flushDelayNanos how long replies may be held back
     * @param sight finds out whether threads of turns wait
     */
    TurnMonitor(
            DispatchThreads threads,
            String name,
            ActiveTurns activeTurns,
            BlockingTurns blocking,
            Watched queue,
            long flushDelayNanos,
            ThreadSight sight) {
        this.threads = threads;
        this.name = name;
        this.activeTurns = activeTurns;
        this.blocking = blocking;
        this.queue = queue;
        this.pace = new LookPace(flushDelayNanos);
        this.sight = sight;
    }

    /** Wakes the monitor, for a turn that holds back replies, or for a queue that may not move. */
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
                if (threads.start(made, this)) { // otherwise the next caller tries again
                    thread = made;
                    watching = true;
                }
                return;
            }
            watching = true;
        }
        LockSupport.unpark(resting);
    }

    /** Like {@link #watch}, for a turn that may end before the monitor has looked twice: the looks come often. */
    void watchClosely() {
        pace.hurry();
        watch();
    }

    /** Starts the thread if there is none. Returns whether it looks at the running turns now and then. */
    boolean standsBy() {
        if (thread == null) {
            watch();
        }
        return thread != null && !stopped;
    }

    /** Ends the thread as soon as no turn waits. */
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
                LockSupport.parkNanos(this, pace.interval());
                Thread.interrupted(); // an interrupt would make parking return at once
                activeTurns.flushDeferredSince(System.nanoTime() - pace.longestHeld());
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
     * Logs an error of the JVM, once and not in each tick. The monitor goes on, since without it one blocked callback
     * could stop all sessions.
     */
    private void failed(Throwable error) {
        pace.hurry();
        if (!hasFailed) {
            hasFailed = true;
            DispatchThreads.log(GOES_ON, error);
        }
    }

    /** Returns false once the dispatcher has stopped and nothing waits. */
    private boolean look() {
        boolean crowded = blocking.isCrowded();
        if (crowded) {
            blocking.relieve(System.nanoTime());
        }
        boolean stops = isStopped();
        try {
            activeTurns.passOnFollowing(System.nanoTime() - (stops ? 0 : FOLLOWERS_WAIT_NANOS));
        } catch (Throwable e) { // the workers are looked after all the same
            failed(e);
        }
        int lost = activeTurns.lostToWorkers(System.nanoTime(), sight.renewed());
        if (stops && queue.waiting() == 0 && overflow == null) {
            return false;
        }
        int waiting = queue.look(lost);
        pace.looked(lost > 0 || crowded || queue.isStuck());
        moveOverflow();
        synchronized (lock) {
            boolean requested = watchRequested;
            if (requested) {
                watchRequested = false; // only if it was seen, so that a later request is not lost
            }
            watching = pace.goesOn(waiting > 0 || requested || crowded);
            watching = watching || watchRequested;
        }
        restUntilWatching();
        return true;
    }

    /**
     * If all workers are blocked, moves a waiting turn to the threads that may block. Otherwise callbacks that block in
     * their first call would stop those that do not block. If this throws, the turn is kept in the field.
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

    /**
     * Parks until there is something to watch. It also checks the queue now and then, because a thread may have failed
     * to call {@link #watch}.
     */
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
            pace.rested();
            activeTurns.passOnFollowing(System.nanoTime() - FOLLOWERS_WAIT_NANOS);
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }
}
