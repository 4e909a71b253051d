package dev.hawser.internal.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns on threads that sessions share. Turns that are known to block run on {@link BlockingTurns}, turns of
 * endpoints with virtual threads on a new virtual thread each, and all others on {@link Workers}, since waking a thread
 * for each message costs more than everything else. A {@link TurnMonitor} makes sure that callbacks that block do not
 * stop others, and that slow ones do not hold back replies for longer than {@code flushDelay}. Thread-safe.
 */
public final class DrainDispatcher {
    private final ActiveTurns activeTurns = new ActiveTurns();
    private final DispatchThreads threads;
    private final Workers workers;
    private final Runnable standAside;
    private final BlockingTurns blocking;
    private final VirtualThreads virtualThreads;
    private final TurnMonitor monitor;
    /** Runs all turns; null in production. */
    private final @Nullable TurnExecutor given;

    /**
     * @param name begins the names of the threads
     * @param maxWorkers the most threads for turns that are not known to block
     * @param maxBlocking the most threads for turns that may block
     * @param flushDelayNanos how long replies may be held back
     * @param neverWaits a class whose native calls never wait: a turn in such a call computes
     * @param lender lends a thread for one task while none of ours can be started; a {@link TurnExecutor} runs all
     *     turns
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

    /** @param threadFactory makes the threads; their names and daemon flags are set here */
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
        this.given = lender instanceof TurnExecutor turns ? turns : null;
        this.monitor = new TurnMonitor(
                threads,
                name + "-monitor",
                activeTurns,
                blocking,
                workers,
                flushDelayNanos,
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

    /** Whether turns run in an order that must not depend on how long they take. */
    public boolean isOrdered() {
        return given != null;
    }

    /** How many turns wait for a worker. */
    public int waitingTurns() {
        return workers.waiting();
    }

    /**
     * Schedules a turn on another thread. It throws an error, such as an OutOfMemoryError, only if the turn was not
     * taken; the caller must then try again.
     */
    public void ready(Turn.Ticket ticket) {
        if (given != null) {
            giveTo(given, ticket);
            return;
        }
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
        // The workers run turns for which there is no other thread, so that onClose is never lost.
        workers.queue(ticket, false);
    }

    /**
     * Schedules a turn that does not block, on a worker. If the calling thread is in a callback, the turn runs after
     * that or at the next tick of the monitor, so that a callback that sends to a thousand sessions wakes one thread
     * and not a thousand. If the thread is an event loop, and the turn suits it, it follows the running turn there, and
     * no thread is woken.
     */
    public void readySoon(Turn.Ticket ticket) {
        if (given != null) {
            giveTo(given, ticket);
            return;
        }
        Turn running = activeTurns.ofThisThread();
        Turn.Followers following = running != null && ticket.turn.suitsEventLoops() ? running.followingTurns() : null;
        if (following != null && monitor.standsBy()) {
            following.add(ticket);
        } else {
            workers.queue(ticket, running != null);
        }
    }

    /** For what follows the turns of one session on an event loop. */
    public FollowingTurns followingTurns() {
        return new FollowingTurns(workers);
    }

    private void giveTo(TurnExecutor turns, Turn.Ticket ticket) {
        turns.execute(() -> {
            ticket.turn.runsWhereItMayBlock();
            try {
                ticket.turn.run();
                ticket.ran();
            } catch (Throwable e) {
                if (Workers.runsAgain(ticket, e)) {
                    giveTo(turns, ticket);
                }
            }
        });
    }

    /**
     * The application begins to send, without any of Hawser's locks. If it does so in a callback that has run for long,
     * waiting turns that are not heavy go first. If none wait, this costs the read of one field.
     */
    public void aSendBegins() {
        if (workers.anyLightWaits()) {
            Turn turn = activeTurns.ofThisThread();
            if (turn != null) {
                turn.mayStandAside(standAside);
            }
        }
    }

    /** Called when a turn has ended: the turns that it scheduled run now. */
    public void turnEnded() {
        workers.turnEnded();
    }

    /** Wakes the monitor, for a turn that holds back replies, or for a queue that may not move. */
    public void watch() {
        monitor.watch();
    }

    /** Wakes the monitor for a turn that was slow for reasons which it has not seen, so that it sees them now. */
    public void watchClosely() {
        monitor.watchClosely();
    }

    /** Ends all threads once the queue is empty, and interrupts those that still run after the timeout. */
    public void stop(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        workers.stop();
        monitor.stop();
        blocking.stop();
        threads.stop(deadline);
        virtualThreads.stop(deadline);
    }
}
