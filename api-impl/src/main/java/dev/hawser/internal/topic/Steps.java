package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Runs steps one after another, in their order, on callback threads and without locks. Thread-safe. */
final class Steps implements Turn {
    /** The most steps of one turn, so that other turns are not delayed. */
    private static final int AT_ONCE = 64;

    private final DrainDispatcher dispatcher;
    private final Turn.Ticket ticket = new Turn.Ticket(this);

    // Guarded by this.
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(2);
    /** Whether the ticket is queued, or the turn runs. */
    private boolean ready;

    Steps(DrainDispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** Never waits; the caller may hold locks. If it throws, the step does not run. */
    void add(Runnable step) {
        synchronized (this) {
            waiting.add(step);
            if (ready) {
                return;
            }
            ready = true;
        }
        try {
            dispatcher.readySoon(ticket);
        } catch (Throwable e) { // an error of the JVM: the turn was not scheduled
            notTaken(step);
            throw e;
        }
    }

    private synchronized void notTaken(Runnable step) {
        ready = false; // the next added step schedules the turn
        waiting.removeLastOccurrence(step);
    }

    private synchronized @Nullable Runnable next() {
        Runnable step = waiting.poll();
        ready = step != null;
        return step;
    }

    @Override
    public void run() {
        for (int i = 0; i < AT_ONCE; i++) {
            Runnable step = next();
            if (step == null) {
                return;
            }
            try {
                step.run();
            } catch (Throwable e) {
                // Each step handles its own failure; the others must still run.
            }
        }
        dispatcher.readySoon(ticket);
    }
}
