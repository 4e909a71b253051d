package dev.hawser.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * What follows the turns of one session on the event loop: the turns of {@code SendHandler}s whose sends were written
 * meanwhile, so that no worker is woken for them. If a callback takes very long, the monitor passes them on to the
 * workers: a callback that blocks, though it must not, may wait for a handler. Thread-safe.
 *
 * <p>An error of the JVM loses none of them. What it leaves is run after the session's next turn, or {@linkplain
 * #passOn passed on}.
 */
public final class FollowingTurns implements Turn.Followers {
    private final Workers workers;

    // All fields below are guarded by this.
    private final DispatchThreads.Queue turns = new DispatchThreads.Queue();
    /** When the first of the turns was added, a time of {@link System#nanoTime}. */
    private long since;
    /** The turn that runs; after an error of the JVM in {@link #run}, a turn that must run. */
    private Turn.@Nullable Ticket taken;
    /** Whether a thread is in {@link #run}. */
    private boolean running;
    /** The turn that is being passed on; after an error of the JVM in {@link #passOn}, a turn that must be. */
    private Turn.@Nullable Ticket passed;
    /** Whether a thread is in {@link #passOn}. */
    private boolean passing;
    /** Whether there is no turn in any of the three places. Also read without the lock. */
    private volatile boolean empty = true;

    /** @param workers run the turns that are passed on */
    FollowingTurns(Workers workers) {
        this.workers = workers;
    }

    @Override
    public synchronized void add(Turn.Ticket ticket) {
        if (empty) {
            since = System.nanoTime();
        }
        turns.add(ticket);
        empty = false; // no call is between the two
    }

    /** Runs what was added. Called by the event loop when its turn has ended. */
    public void run() {
        if (empty) {
            return;
        }
        synchronized (this) {
            if (running) {
                return; // the other thread, or this one further down its stack, runs all of them
            }
            running = true;
        }
        boolean done = false;
        try {
            for (Turn.Ticket ticket = next(); ticket != null; ticket = next()) {
                ticket.turn.runsOnEventLoopNow(this);
                workers.run(ticket);
                synchronized (this) { // no call: an error here would let the turn run twice
                    taken = null;
                }
            }
            done = true;
        } finally {
            if (!done) {
                synchronized (this) {
                    running = false;
                }
            }
        }
    }

    /** The next turn to run. If there is none, the calling thread has left {@link #run} in the same moment. */
    private synchronized Turn.@Nullable Ticket next() {
        if (taken == null && passed != null && !passing) { // an error of the JVM has left it
            taken = passed;
            passed = null;
        }
        if (taken == null) {
            taken = turns.poll();
        }
        if (taken == null) {
            running = false;
            empty = passed == null;
        }
        return taken;
    }

    @Override
    public void passOn(long before) {
        if (empty) {
            return;
        }
        synchronized (this) {
            if (passing) {
                return;
            }
            passing = true;
        }
        try {
            for (Turn.Ticket ticket = toPass(before); ticket != null; ticket = toPass(before)) {
                workers.queue(ticket, false);
                synchronized (this) { // no call: an error here would queue the turn twice
                    passed = null;
                }
            }
        } finally {
            synchronized (this) {
                passing = false;
            }
        }
    }

    private synchronized Turn.@Nullable Ticket toPass(long before) {
        if (passed == null && since - before <= 0) {
            if (taken != null && !running) {
                passed = taken;
                taken = null;
            } else {
                passed = turns.poll();
            }
            if (passed == null && taken == null) {
                empty = true;
            }
        }
        return passed;
    }
}
