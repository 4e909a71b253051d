package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.ThreadSight;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.dispatch.TurnLoad;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.PendingSend;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ended sends of one session whose completion calls a {@code SendHandler} of the application. The handlers run in
 * order, in their own turns, on a worker: not in the session's turn, since a callback may wait for its own send. If the
 * session's callbacks run on the event loop, and so do not wait, its handlers may follow a turn of that loop there. The
 * sends are linked to each other, so that no OutOfMemoryError loses one.
 */
final class CompletedSends implements Turn {
    /** Where those of one session are, if it has any; most sessions never have. */
    interface Place {
        /** Null before the first send that has a SendHandler. */
        @Nullable CompletedSends completedSends();

        /** The same; makes them if there are none. */
        CompletedSends needCompletedSends();
    }

    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.dispatch");
    private static final String NOT_TOLD = LimitedLog.prepared("a SendHandler could not be told");
    /** If so many sends wait for their handlers, a sender whose send is refused has to wait. */
    private static final int MANY = 1024;
    /** The memory of an ended send, its completion and its failure. */
    private static final int BYTES_EACH = 112;
    /** How long that sender waits at most: a handler may need something that the sender holds. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How many handlers a turn runs before other sessions have their turns. */
    private static final int TURN_SENDS = 128;

    private final ConnectionResources resources;
    private final SessionTimeouts timeouts;
    /** Made with the first send whose handler is called, by the thread that has set {@link #scheduled}. */
    private @Nullable Ticket ticket;
    /** Made with the first turn on a worker: most sessions have none. Written before {@link #running}. */
    private @Nullable TurnLoad load;
    /** The thread that runs handlers now, or null; written by that thread. */
    private volatile @Nullable Thread running;
    /** That thread if it is an event loop; written by it before {@link #running}. */
    private volatile @Nullable Thread eventLoop;
    /** What this turn belongs to while it runs on an event loop. */
    private volatile @Nullable Followers among;
    /** Whether the session's callbacks run on the event loop. */
    private final boolean suitsEventLoops;

    /** The lock of the session's {@link Inbox}: both hold work for a turn of the session. */
    private final Object lock;

    // Guarded by lock.
    private @Nullable PendingSend first;
    private @Nullable PendingSend last;
    private int waiting;
    /** Whether the ticket is queued, or its turn runs. */
    private boolean scheduled;

    /**
     * @param suitsEventLoops whether the session's callbacks run on the event loop
     * @param lock the lock of the session's {@link Inbox}
     */
    CompletedSends(ConnectionResources resources, SessionTimeouts timeouts, boolean suitsEventLoops, Object lock) {
        this.suitsEventLoops = suitsEventLoops;
        this.resources = resources;
        this.timeouts = timeouts;
        this.lock = lock;
    }

    /**
     * Adds a refused send. No queue bounds refused sends, so if many already wait for their handlers, the sender waits
     * a moment: one that sends in a loop must not fill the heap with refusals.
     *
     * @throws IllegalStateException if many wait, and the calling thread must not wait, since it is an event loop or
     *     runs the handlers; or if it runs a callback of any session, and many still wait after a moment: the handlers
     *     may need the threads of such callbacks
     */
    void addRefused(PendingSend send) {
        if (isCrowded()) {
            boolean mayWait = running != Thread.currentThread() && !resources.onEventLoop();
            if (mayWait) {
                awaitRoom();
            }
            if (!mayWait || resources.dispatcher().activeTurns().inAnyTurn() && isCrowded()) {
                throw new IllegalStateException(
                        "the outbound queue is full, and " + MANY + " refused sends wait for their SendHandlers");
            }
        }
        add(send);
    }

    /** The memory of the ended sends that wait for their handlers. Takes no lock, so it may be a moment old. */
    long heldBytes() {
        return (long) waiting * BYTES_EACH;
    }

    private boolean isCrowded() {
        synchronized (lock) {
            return waiting >= MANY;
        }
    }

    /** Waits also on an interrupted thread, which would otherwise go on sending; its flag is kept. */
    private void awaitRoom() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        synchronized (lock) {
            for (long left = PATIENCE_NANOS; left > 0 && isCrowded(); left = deadline - System.nanoTime()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Adds a send. It throws an error, such as a StackOverflowError, only if it has not added the send. */
    void add(PendingSend send) {
        synchronized (lock) {
            if (last == null) {
                first = send;
            } else {
                last.next(send);
            }
            last = send;
            waiting++;
        }
        try {
            schedule();
        } catch (Throwable e) {
            scheduleAgain();
        }
    }

    /** Tries again at once; after a second failure the timer tries again. */
    private void scheduleAgain() {
        try {
            schedule();
        } catch (Throwable e) {
            retrySoon();
        }
    }

    /** Schedules the turn if sends wait and it is not scheduled. */
    void schedule() {
        synchronized (lock) {
            if (scheduled || first == null) {
                return;
            }
            scheduled = true;
        }
        boolean queued = false;
        try {
            resources.dispatcher().readySoon(ticket());
            queued = true;
        } finally {
            if (!queued) {
                synchronized (lock) {
                    scheduled = false;
                }
            }
        }
    }

    private Ticket ticket() {
        Ticket made = ticket;
        if (made == null) {
            made = new Ticket(this);
            ticket = made;
        }
        return made;
    }

    /** Lets the timer, or the next send that ends, schedule the turn. */
    private void retrySoon() {
        try {
            timeouts.retrySoon();
        } catch (Throwable e) {
            // the next event of the connection tries again, or the timer's next look
        }
    }

    @Override
    public boolean mayBlock() {
        return false; // the monitor handles a handler that blocks
    }

    @Override
    public boolean wantsVirtualThread() {
        return false; // a broadcast would start one for each receiver
    }

    @Override
    public boolean suitsEventLoops() {
        return suitsEventLoops;
    }

    @Override
    public void runsOnEventLoopNow(Followers followers) {
        among = followers;
        eventLoop = Thread.currentThread();
    }

    @Override
    public void passOnFollowing(long before) {
        Followers followers = among;
        if (followers != null) {
            followers.passOn(before);
        }
    }

    @Override
    public boolean runsOnEventLoop(Thread thread) {
        return running == thread && eventLoop == thread;
    }

    @Override
    public boolean isLostToWorkers(long now, ThreadSight sight) {
        Thread thread = running;
        TurnLoad begun = load;
        return thread != null && thread != eventLoop && begun != null && begun.isLost(thread, true, now, sight);
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        TurnLoad begun = eventLoop == thread ? null : load();
        if (begun != null) {
            begun.begins(System.nanoTime());
        }
        int slot = resources.dispatcher().activeTurns().enter(this, thread);
        PendingSend send = null;
        try {
            running = thread;
            thread.setContextClassLoader(resources.classLoader());
            for (int run = 0; run < TURN_SENDS && (send = next()) != null; run++) {
                try {
                    send.complete();
                } catch (Throwable e) { // an error of the JVM, before the handler was called
                    again(send);
                } finally {
                    if (thread.isInterrupted() != interrupted) {
                        resources.dispatcher().threads().restoreInterrupt(interrupted);
                    }
                }
            }
        } finally {
            running = null;
            eventLoop = null;
            among = null;
            thread.setContextClassLoader(before);
            resources.dispatcher().activeTurns().leave(slot, this);
        }
        if (send != null) {
            resources.dispatcher().readySoon(ticket()); // if this throws, this turn runs again
        }
    }

    /** Null if there is no memory for it: then the monitor does not see a handler that blocks. */
    private @Nullable TurnLoad load() {
        if (load == null) {
            try {
                load = new TurnLoad(Long.MAX_VALUE);
            } catch (OutOfMemoryError e) {
                return null;
            }
        }
        return load;
    }

    /** Tries once more, since a lack of memory may be over. If this fails, the handler is lost, and the others run. */
    private static void again(PendingSend send) {
        try {
            send.complete();
        } catch (Throwable e) {
            LOGGER.logIfPossible(System.Logger.Level.ERROR, NOT_TOLD, e);
        }
    }

    private @Nullable PendingSend next() {
        synchronized (lock) {
            PendingSend send = first;
            if (send == null) {
                scheduled = false;
                return null;
            }
            PendingSend behind = send.next();
            send.next(null);
            first = behind;
            if (behind == null) {
                last = null;
            }
            if (--waiting == MANY - 1) {
                lock.notifyAll();
            }
            return send;
        }
    }
}
