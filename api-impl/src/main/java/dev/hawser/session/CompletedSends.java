package dev.hawser.session;

import dev.hawser.transport.PendingSend;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ended sends of one session whose completion runs code of the application: a {@code SendHandler}. They run in turns of their own, in
 * order, and not in the session's turn, since a callback may wait for its own send. Never on an event loop.
 */
final class CompletedSends implements Turn {
    private final ContainerRuntime runtime;
    private final Ticket ticket = new Ticket(this);

    // Guarded by this.
    private @Nullable ArrayDeque<PendingSend> ended;
    private boolean scheduled;

    CompletedSends(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    void add(List<PendingSend> sends) {
        boolean wake = false;
        for (PendingSend send : sends) {
            if (!send.runsApplicationCode()) {
                send.complete();
                continue;
            }
            synchronized (this) {
                if (ended == null) {
                    ended = new ArrayDeque<>();
                }
                ended.add(send);
                wake |= !scheduled;
                scheduled = true;
            }
        }
        if (wake) {
            runtime.dispatcher().readySoon(ticket);
        }
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
        PendingSend send = ended == null ? null : ended.poll();
        if (send == null) {
            ended = null;
            scheduled = false;
        }
        return send;
    }
}
