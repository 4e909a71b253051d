package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One of the {@link Workers}: a thread that takes turn after turn, and rests when there is none. In the middle of a
 * turn it can stand aside for others. The lock of the workers guards all fields that change, unless they say otherwise.
 */
final class Worker implements Runnable {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /**
     * How long a worker stands aside at most: its place comes sooner unless other callbacks take very long, and the
     * application may hold locks of its own meanwhile.
     */
    private static final long ASIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Workers workers;
    final Thread thread;
    /** Where it waits in the queue while it stands aside. Made with the worker: standing aside needs no memory. */
    final Turn.Ticket place = new Turn.Ticket(new Place(this));

    /** Whether it takes turns. Read without the lock by its own thread. */
    volatile boolean running;
    /** The next one that rests. */
    @Nullable Worker nextParked;

    boolean ended;

    /** Whether {@link #place} is in the queue. */
    boolean hasPlace;
    /** Whether it stands aside in the middle of its turn. Read without the lock by its own thread. */
    volatile boolean aside;
    /** Who stands in for it and has not been woken yet. Only touched by its own thread. */
    @Nullable Worker standIn;

    Worker(Workers workers, DispatchThreads threads, String name) {
        this.workers = workers;
        this.thread = threads.make(this, name);
    }

    /** Marks the place in the queue of a worker that stands aside. It is never run: the worker goes on instead. */
    static final class Place implements Turn {
        final Worker worker;

        Place(Worker worker) {
            this.worker = worker;
        }

        @Override
        public void run() {}
    }

    boolean isStarted() {
        return thread.getState() != Thread.State.NEW;
    }

    /** Waits while it stands aside. An interrupt ends the wait, and stays. */
    void waitForItsPlace() {
        long deadline = System.nanoTime() + ASIDE_NANOS;
        while (aside) {
            long nanos = deadline - System.nanoTime();
            if (nanos <= 0 || Thread.currentThread().isInterrupted()) {
                workers.settle(this);
                return;
            }
            LockSupport.parkNanos(this, nanos);
        }
    }

    @Override
    public void run() {
        while (true) {
            Turn.Ticket ticket = null;
            try {
                if (aside || standIn != null) { // the last turn had no stack left where it stood aside
                    workers.settle(this);
                }
                ticket = workers.takeOrRest(this);
                if (ticket != null) {
                    ticket.turn.run();
                    ticket.ran();
                } else if (!restUntilWoken()) {
                    return;
                }
            } catch (Throwable e) {
                workers.threw(ticket, e);
            }
        }
    }

    /** Returns false if the worker has been idle for long, or the dispatcher stops. */
    private boolean restUntilWoken() {
        long deadline = System.nanoTime() + IDLE_NANOS;
        while (!running) {
            Thread.interrupted(); // whoever left it: parking would spin
            long nanos = deadline - System.nanoTime();
            if (workers.ends(this, nanos <= 0)) {
                return false;
            }
            LockSupport.parkNanos(this, Math.max(nanos, 1));
        }
        return true;
    }
}
