package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.ActiveTurns;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.ThreadSight;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.log.LimitedLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What the container's timer or monitor has to do for one connection. These two threads serve all connections, so they
 * must not wait for one. Our own code holds the locks of a connection for moments only, but they are also held while an
 * extension of the application is called, and that may block, whatever its contract says. Therefore a worker runs the
 * errands of a connection with such an extension. Those of the others run at once, also while all workers are blocked.
 *
 * <p>An errand never runs twice at a time. One that is begun again while it runs, runs once more. Thread-safe.
 */
final class Errand implements Turn {
    private static final int AT_REST = 0;
    /** A worker will run it, or it runs and must run again. */
    private static final int DUE = 1;

    private static final int RUNNING = 2;

    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");
    private static final String FAILED = LimitedLog.prepared("a timed task of a connection failed; it is tried again");

    /** An errand that runs for so long waits: its worker is lost to others. */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Consumer<Ticket> workers;
    private final ActiveTurns activeTurns;
    private final Runnable work;
    private final Ticket ticket = new Ticket(this);

    /** When the work began; published by {@link #running}. */
    private long began;
    /** Whether a worker runs the work now. */
    private volatile boolean running;

    private final AtomicInteger state = new AtomicInteger(AT_REST);

    /** @param workers takes what a worker will run; if it throws, it has not taken it */
    Errand(Consumer<Ticket> workers, ActiveTurns activeTurns, Runnable work) {
        this.workers = workers;
        this.activeTurns = activeTurns;
        this.work = work;
    }

    /** Makes the errands of the connections of one container that are alike in {@link #mayBlock}. */
    static final class Maker {
        private final DrainDispatcher dispatcher;
        private final boolean mayBlock;

        /** @param mayBlock whether an extension of the application may block with a lock that an errand needs */
        Maker(DrainDispatcher dispatcher, boolean mayBlock) {
            this.dispatcher = dispatcher;
            this.mayBlock = mayBlock;
        }

        /**
         * What the timer or the monitor calls: it does the work, or lets a worker do it soon. If it throws an error,
         * such as an OutOfMemoryError, the work was not done, and the caller must try again.
         */
        Runnable of(Runnable work) {
            return mayBlock ? new Errand(dispatcher::readySoon, dispatcher.activeTurns(), work)::begin : work;
        }
    }

    /** See {@link Maker#of}. */
    void begin() {
        if (state.getAndSet(DUE) == AT_REST) {
            boolean taken = false;
            try {
                workers.accept(ticket);
                taken = true;
            } finally {
                if (!taken) {
                    state.set(AT_REST);
                }
            }
        }
    }

    @Override
    public void run() {
        int slot = activeTurns.enter(this, Thread.currentThread());
        try {
            began = System.nanoTime();
            running = true;
            do {
                state.set(RUNNING);
                work.run();
            } while (!state.compareAndSet(RUNNING, AT_REST));
        } catch (Throwable e) { // not passed on, since the work has begun
            state.set(AT_REST);
            LOGGER.logIfPossible(System.Logger.Level.WARNING, FAILED, e);
        } finally {
            running = false;
            activeTurns.leave(slot, this);
        }
    }

    @Override
    public boolean isLostToWorkers(long now, ThreadSight sight) {
        return running && now - began >= LONG_NANOS;
    }
}
