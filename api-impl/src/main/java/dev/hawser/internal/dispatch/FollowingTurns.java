package dev.hawser.internal.dispatch;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The turns that event loops run after their own turns: those of {@code SendHandler}s whose sends ended meanwhile, so
 * that no worker is woken for them. Each event loop has its own line of turns, so that loops do not wait for each
 * other's lock. If a callback takes very long, the monitor passes what waits on to the workers: a callback that blocks,
 * though it must not, may wait for a handler. Thread-safe.
 */
final class FollowingTurns {
    /** More than there are event loops; two loops that share a line may run each other's turns. */
    private static final int LINES = 64;
    /** How long a turn waits for its event loop. Longer than the callback of a broadcast to a thousand sessions. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Workers workers;
    private final Runnable watch;
    private final AtomicReferenceArray<@Nullable Line> lines = new AtomicReferenceArray<>(LINES);

    /**
     * @param workers run the turns that do not run on the event loop
     * @param watch starts the thread that calls {@link #passOn}
     */
    FollowingTurns(Workers workers, Runnable watch) {
        this.workers = workers;
        this.watch = watch;
    }

    /** Adds a turn, to be run after the turn of the calling event loop. It throws only if the turn was not added. */
    void add(Turn.Ticket ticket) {
        int home = home();
        Line line = lines.get(home);
        if (line == null) {
            watch.run();
            lines.compareAndSet(home, null, new Line(workers));
            line = Objects.requireNonNull(lines.get(home));
        }
        line.add(ticket);
    }

    /** Runs the turns that the calling event loop has added, and those that they add meanwhile. */
    void run() {
        Line line = lines.get(home());
        if (line != null && !line.isEmpty()) {
            line.run();
        }
    }

    /** Passes turns on to the workers that have waited for long. Called by the monitor only, which calls again. */
    void passOn(long now) {
        for (int home = 0; home < LINES; home++) {
            Line line = lines.get(home);
            if (line != null && !line.isEmpty()) {
                line.passOn(now);
            }
        }
    }

    private static int home() {
        return (Thread.currentThread().hashCode() & 0x7FFF_FFFF) % LINES;
    }

    /** The turns of one event loop. */
    private static final class Line {
        private final Workers workers;

        // All fields below are guarded by this, unless their comment says otherwise.
        private final DispatchThreads.Queue turns = new DispatchThreads.Queue();
        /** The turn that runs; after an error of the JVM in {@link #run}, a turn that must run. */
        private Turn.@Nullable Ticket taken;
        /** A turn that the monitor could not queue yet. Only the monitor accesses it. */
        private Turn.@Nullable Ticket passed;
        /** Whether a thread is in {@link #run}. */
        private boolean running;
        /** When the first turn was added, a time of {@link System#nanoTime}. */
        private long since;
        /** Also read without the lock. */
        private volatile boolean empty = true;

        Line(Workers workers) {
            this.workers = workers;
        }

        boolean isEmpty() {
            return empty;
        }

        synchronized void add(Turn.Ticket ticket) {
            if (empty) {
                since = System.nanoTime();
            }
            empty = false;
            turns.add(ticket);
        }

        void run() {
            synchronized (this) {
                if (running) {
                    return; // the other thread, or this one further down its stack, runs them all
                }
                running = true;
            }
            try {
                for (Turn.Ticket ticket = next(); ticket != null; ticket = next()) {
                    ticket.turn.runsOnEventLoopNow();
                    workers.run(ticket);
                    synchronized (this) { // no call: an error here would let the turn run twice
                        taken = null;
                    }
                }
            } finally {
                synchronized (this) {
                    running = false;
                }
            }
        }

        private synchronized Turn.@Nullable Ticket next() {
            if (taken == null) {
                taken = turns.poll();
            }
            empty = taken == null;
            return taken;
        }

        void passOn(long now) {
            for (Turn.Ticket ticket = toPass(now); ticket != null; ticket = toPass(now)) {
                workers.queue(ticket, false);
                passed = null;
            }
        }

        private synchronized Turn.@Nullable Ticket toPass(long now) {
            if (passed == null && now - since >= PATIENCE_NANOS) {
                if (taken != null && !running) {
                    passed = taken;
                    taken = null;
                } else {
                    passed = turns.poll();
                }
                empty = passed == null && taken == null;
            }
            return passed;
        }
    }
}
