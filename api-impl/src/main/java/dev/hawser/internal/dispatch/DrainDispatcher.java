package dev.hawser.internal.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Runs turns on threads that sessions share: those that are known to block on {@link BlockingTurns}, those of endpoints
 * that ask for virtual threads each on one of its own, and all others on {@link Workers}, since waking a thread for
 * each message costs more than all the rest. A {@link TurnMonitor} sees to it that callbacks that block hold up no
 * others, and that slow ones do not hold back replies for longer than the flush rule says. Thread-safe.
 */
public final class DrainDispatcher {
    private final ActiveTurns activeTurns = new ActiveTurns();
    private final DispatchThreads threads;
    private final Workers workers;
    private final Runnable standAside;
    private final BlockingTurns blocking;
    private final VirtualThreads virtualThreads;
    private final TurnMonitor monitor;

    /**
     * @param name begins the names of the threads
     * @param maxWorkers of the threads for turns that do not block, as far as is known
     * @param maxBlocking of the threads for those that may
     * @param flushDelayNanos how long replies may be held back
     * @param neverWaits a class whose calls of native methods never wait: a turn in one of them only computes
     * @param lender has a thread for one task while none of ours can be started
     */
    public DrainDispatcher(
            String name, int maxWorkers, int maxBlocking, long flushDelayNanos, Class<?> neverWaits, Executor lender) {
        this(
                name,
                maxWorkers,
                maxBlocking,
                flushDelayNanos,
                neverWaits,
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
            Class<?> neverWaits,
            Executor lender,
            ThreadFactory threadFactory,
            VirtualThreads virtualThreads) {
        this.threads = new DispatchThreads(threadFactory);
        this.workers = new Workers(threads, name + "-worker-", maxWorkers, lender, this::watch);
        this.standAside = workers::standAside;
        this.blocking = new BlockingTurns(threads, name + "-blocking-", maxBlocking, workers::threw);
        this.virtualThreads = virtualThreads;
        this.monitor = new TurnMonitor(
                threads,
                name + "-monitor",
                activeTurns,
                blocking,
                workers,
                Math.max(flushDelayNanos - TurnMonitor.TICK_NANOS, 0),
                new ThreadSight(neverWaits));
    }

    public ActiveTurns activeTurns() {
        return activeTurns;
    }

    public BlockingTurns blocking() {
        return blocking;
    }

    public DispatchThreads threads() {
        return threads;
    }

    /**
     * Has the turn run soon, on another thread. Throws, as for want of stack or memory, only if the turn has not been
     * taken: then it is to be made ready again.
     */
    public void ready(Turn.Ticket ticket) {
        if (ticket.turn.wantsVirtualThread()) {
            if (virtualThreads.start(() -> workers.run(ticket))) {
                return;
            }
        } else if (ticket.turn.mayBlock() && blocking.run(ticket)) {
            if (blocking.isCrowded()) {
                workers.lookedAfter();
            }
            return;
        }
        // What no other thread can be had for our workers run, so that onClose is never lost.
        workers.queue(ticket, false);
    }

    /**
     * Has a turn run that does not block, on a worker: at once, or if the calling thread is in a callback, at the end
     * of that or with the next tick. So a callback that sends to a thousand sessions wakes one thread and not a
     * thousand.
     */
    public void readySoon(Turn.Ticket ticket) {
        workers.queue(ticket, activeTurns.inTurn());
    }

    /**
     * The application sends, and holds no lock of ours: a callback that sends for long lets those go first that others
     * wait for. It costs a read of one field if none wait.
     */
    public void aSendBegins() {
        if (workers.anyLightWaits()) {
            Turn turn = activeTurns.ofThisThread();
            if (turn != null) {
                turn.mayStandAside(standAside);
            }
        }
    }

    /** A turn has ended: what it made ready runs now. */
    public void turnEnded() {
        workers.turnEnded();
    }

    /** Has the monitor look after a turn that holds replies back, or a queue that may stand still. */
    public void watch() {
        monitor.watch();
    }

    /** Ends all threads once the queue is empty, and interrupts what still runs on them after the timeout. */
    public void stop(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        workers.stop();
        monitor.stop();
        blocking.stop();
        threads.stop(deadline);
        virtualThreads.stop(deadline);
    }
}
