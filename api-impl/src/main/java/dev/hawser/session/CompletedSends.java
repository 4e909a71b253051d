package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Ended sends of one session whose completion runs code of the application: a {@code SendHandler}. They run in turns of their own, in
 * order, and not in the session's turn, since a callback may wait for its own send. Never on an event loop.
 */
final class CompletedSends implements Turn {
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
        thread.setContextClassLoader(runtime.classLoader());
        for (PendingSend send = next(); send != null; send = next()) {
            send.complete();
        }
        thread.setContextClassLoader(before);
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
