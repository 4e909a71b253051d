package dev.hawser.internal.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One of the {@link Workers}: a thread that runs turn after turn, and rests when there is none. In the middle of a turn
 * it can stand aside, so that other turns run first. The lock of the workers guards all fields that change, unless
 * their comment names another guard.
 */
final class Worker implements Runnable {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /**
     * How long a worker stands aside at most, since the application may hold locks meanwhile. Its place comes earlier
     * unless other callbacks take very long.
     */
    private static final long ASIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Workers workers;
    final Thread thread;
    /** Its place in the queue while it stands aside. Made with the worker, so that standing aside needs no memory. */
    final Turn.Ticket place = new Turn.Ticket(new Place(this));

    /** Whether the worker takes turns. Its own thread reads it without the lock. */
    volatile boolean running;
    /** The next idle worker. */
    @Nullable Worker nextParked;

    boolean ended;

    /** Whether {@link #place} is in the queue. */
    boolean hasPlace;
    /** Whether the worker stands aside in the middle of its turn. Its own thread reads it without the lock. */
    volatile boolean aside;
    /** The worker that replaces this one and has not been woken yet. Only used by this worker's thread. */
    @Nullable Worker standIn;

    Worker(Workers workers, DispatchThreads threads, String name) {
        this.workers = workers;
        this.thread = threads.make(this, name);
    }

    /** Marks the place in the queue of a worker that stands aside. It never runs: the worker continues instead. */
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

    /** Waits while the worker stands aside. An interrupt ends the wait, and the flag stays set. */
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
                if (aside || standIn != null) { // the last turn had no stack left to end its standing aside
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

    /** Waits to be woken. Returns false if the worker was idle for long, or the dispatcher stops. */
    private boolean restUntilWoken() {
        long deadline = System.nanoTime() + IDLE_NANOS;
        while (!running) {
            Thread.interrupted(); // an interrupt would make parking return at once
            long nanos = deadline - System.nanoTime();
            if (workers.ends(this, nanos <= 0)) {
                return false;
            }
            LockSupport.parkNanos(this, Math.max(nanos, 1));
        }
        return true;
    }
}
