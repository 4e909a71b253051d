package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.ThreadSight;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.dispatch.TurnLoad;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.PendingSend;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ended sends of one session whose completion runs code of the application: a {@code SendHandler}. They run in turns of
 * their own, in order, and not in the session's turn, since a callback may wait for its own send. Never on an event
 * loop. They are a chain through the sends themselves, so that no lack of memory loses one.
 */
final class CompletedSends implements Turn {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.dispatch");
    private static final String NOT_TOLD = LimitedLog.prepared("a SendHandler could not be told");
    /** So many that wait for their handler let a sender wait whose send is refused. */
    private static final int MANY = 256;
    /** How long it waits at most: the handler may wait for what the sender holds. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How many handlers a turn runs before others get theirs. */
    private static final int TURN_SENDS = 128;

    private final ConnectionResources resources;
    private final SessionTimeouts timeouts;
    private final Ticket ticket = new Ticket(this);
    private final TurnLoad load = new TurnLoad(Long.MAX_VALUE);
    /** The thread that runs handlers now; written by it. */
    private volatile @Nullable Thread running;

    /** That of the session's {@link Inbox}: both hold what waits for a turn of the session. */
    private final Object lock;

    // Guarded by lock.
    private @Nullable PendingSend first;
    private @Nullable PendingSend last;
    private int waiting;
    /** Whether the ticket is in the queue, or its turn runs. */
    private boolean scheduled;

    /** @param lock that of the session's {@link Inbox} */
    CompletedSends(ConnectionResources resources, SessionTimeouts timeouts, Object lock) {
        this.resources = resources;
        this.timeouts = timeouts;
        this.lock = lock;
    }

    /**
     * Adds one that was refused, which no queue bounds: where many wait already for their handlers, the sender waits
     * for a moment, so that one that sends in a loop does not fill the heap with refusals.
     *
     * @throws IllegalStateException where many wait, if the calling thread must not wait: an event loop, or that of the
     *     handlers
     */
    void addRefused(PendingSend send) {
        if (send.runsApplicationCode() && isCrowded()) {
            if (running == Thread.currentThread() || resources.onEventLoop()) {
                throw new IllegalStateException(
                        "the outbound queue is full, and " + MANY + " refused sends wait for their SendHandlers");
            }
            awaitRoom();
        }
        add(send);
    }

    private boolean isCrowded() {
        synchronized (lock) {
            return waiting >= MANY;
        }
    }

    /** Also on an interrupted thread, which would send on and on; its flag stays. */
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

    /** Throws, as for want of stack, only if it has not taken the send. */
    void add(PendingSend send) {
        if (!send.runsApplicationCode()) {
            send.complete();
            return;
        }
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

    /** At once, since the session may have ended, and its timer with it; else with the timer's next look. */
    private void scheduleAgain() {
        try {
            schedule();
        } catch (Throwable e) {
            retrySoon();
        }
    }

    /** Has the turn run if there is something for it, as when that threw before. */
    void schedule() {
        synchronized (lock) {
            if (scheduled || first == null) {
                return;
            }
            scheduled = true;
        }
        boolean queued = false;
        try {
            resources.dispatcher().readySoon(ticket);
            queued = true;
        } finally {
            if (!queued) {
                synchronized (lock) {
                    scheduled = false;
                }
            }
        }
    }

    /** The timer's next look at the session schedules, or the next send that ends. */
    private void retrySoon() {
        try {
            timeouts.retrySoon();
        } catch (Throwable e) {
            // there is no memory and no stack, and the look that is due tries again
        }
    }

    @Override
    public boolean mayBlock() {
        return false; // a handler that does is the monitor's case
    }

    @Override
    public boolean wantsVirtualThread() {
        return false; // a broadcast would start one for each receiver
    }

    @Override
    public boolean isLostToWorkers(long now, ThreadSight sight) {
        Thread thread = running;
        return thread != null && load.isLost(thread, now, sight);
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        load.begins(System.nanoTime());
        int slot = resources.dispatcher().activeTurns().enter(this, thread);
        PendingSend send = null;
        try {
            running = thread;
            thread.setContextClassLoader(resources.classLoader());
            for (int run = 0; run < TURN_SENDS && (send = next()) != null; run++) {
                try {
                    send.complete();
                } catch (Throwable e) { // of the Java machine, before the handler was called
                    again(send);
                } finally {
                    if (thread.isInterrupted() != interrupted) {
                        resources.dispatcher().threads().restoreInterrupt(interrupted);
                    }
                }
            }
        } finally {
            running = null;
            thread.setContextClassLoader(before);
            resources.dispatcher().activeTurns().leave(slot, this);
        }
        if (send != null) {
            resources.dispatcher().readySoon(ticket); // what it throws has this turn run again
        }
    }

    /** A lack of memory may be over. If it is not, the handler is lost, and others go on. */
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
