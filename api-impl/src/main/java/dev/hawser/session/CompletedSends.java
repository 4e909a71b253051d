package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Ended sends of one session whose completion runs code of the application: a {@code SendHandler}. They run in turns of their own, in
 * order, and not in the session's turn, since a callback may wait for its own send. Never on an event loop.
 */
final class CompletedSends implements Turn {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.dispatch");

    private final ContainerRuntime runtime;
    private final Ticket ticket = new Ticket(this);

    // Guarded by this.
    private @Nullable PendingSend first;
    /** Those behind the first: mostly there are none, and nothing is allocated. */
    private @Nullable ArrayDeque<PendingSend> others;

    private boolean scheduled;

    CompletedSends(ContainerRuntime runtime) {
        this.runtime = runtime;
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
        thread.setContextClassLoader(runtime.classLoader());
        try {
            for (PendingSend send = next(); send != null; send = next()) {
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
            thread.setContextClassLoader(before);
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
        if (send == null) {
            others = null;
            scheduled = false;
        }
        return send;
    }
}
