package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ended sends of one session whose completion runs code of the application: a {@code SendHandler}. They run in turns of their own, in
 * order, and not in the session's turn, since a callback may wait for its own send. Never on an event loop.
 */
final class CompletedSends implements Turn {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.dispatch");
    /** So many that wait for their handler let a sender wait whose send is refused. */
    private static final int MANY = 256;
    /** How long it waits at most: the handler may wait for what the sender holds. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How many handlers a turn runs before others get theirs. */
    private static final int TURN_SENDS = 128;

    private final ContainerRuntime runtime;
    private final Ticket ticket = new Ticket(this);
    private final TurnLoad load = new TurnLoad(Long.MAX_VALUE);
    /** The thread that runs handlers now; written by it. */
    private volatile @Nullable Thread running;

    // Guarded by this.
    private @Nullable PendingSend first;
    /** Those behind the first: mostly there are none, and nothing is allocated. */
    private @Nullable ArrayDeque<PendingSend> others;

    private boolean scheduled;

    CompletedSends(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Adds one that was refused, which no queue bounds: where many wait already for their handlers, the sender waits for a moment, so that
     * one that sends in a loop does not fill the heap with refusals.
     *
     * @throws IllegalStateException where many wait, if the calling thread must not wait: an event loop, or that of the handlers
     */
    void addRefused(PendingSend send) {
        if (send.runsApplicationCode() && isCrowded()) {
            if (running == Thread.currentThread() || runtime.onEventLoop()) {
                throw new IllegalStateException(
                        "the outbound queue is full, and " + MANY + " refused sends wait for their SendHandlers");
            }
            awaitRoom();
        }
        add(send);
    }

    private synchronized boolean isCrowded() {
        return others != null && others.size() >= MANY;
    }

    /** Also on an interrupted thread, which would send on and on; its flag stays. */
    private void awaitRoom() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        synchronized (this) {
            for (long left = PATIENCE_NANOS; left > 0 && isCrowded(); left = deadline - System.nanoTime()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void add(PendingSend send) {
        if (!send.runsApplicationCode()) {
            send.complete();
            return;
        }
        synchronized (this) {
            if (first == null && others == null) {
                first = send;
            } else {
                if (others == null) {
                    others = new ArrayDeque<>();
                }
                others.add(send);
            }
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        runtime.dispatcher().readySoon(ticket);
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
    public void flushDeferredSince(long since) {}

    @Override
    public boolean runsOn(Thread thread) {
        return false;
    }

    @Override
    public boolean runsOnEventLoop(Thread thread) {
        return false;
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        load.begins(System.nanoTime());
        int slot = runtime.dispatcher().activeTurns().enter(this, thread);
        PendingSend send = null;
        try {
            running = thread;
            thread.setContextClassLoader(runtime.classLoader());
            for (int run = 0; run < TURN_SENDS && (send = next()) != null; run++) {
                try {
                    send.complete();
                } catch (Throwable e) {
                    failed(e);
                } finally {
                    if (thread.isInterrupted() != interrupted) {
                        runtime.dispatcher().threads().restoreInterrupt(interrupted);
                    }
                }
            }
        } finally {
            running = null;
            runtime.dispatcher().activeTurns().leave(slot, this);
            thread.setContextClassLoader(before);
        }
        if (send != null) {
            runtime.dispatcher().readySoon(ticket); // what it throws has this turn run again
        }
    }

    /** What the handler throws its session is told: this is the Java machine, which has no memory left for that, or no stack. */
    private static void failed(Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, "a SendHandler could not be told, or the session what it threw", error);
    }

    private synchronized @Nullable PendingSend next() {
        PendingSend send = first;
        if (send != null) {
            first = null;
            return send;
        }
        send = others == null ? null : others.poll();
        if (others != null && others.size() == MANY - 1) {
            notifyAll();
        }
        if (send == null) {
            others = null;
            scheduled = false;
        }
        return send;
    }
}
