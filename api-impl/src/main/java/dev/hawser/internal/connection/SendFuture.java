package dev.hawser.internal.connection;

import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The Future of an asynchronous send, for the application. It can only be waited for: so no code of the application
 * runs on the event loop on which sends end, and only the session completes it. Waiting flushes, since the message may
 * be held back for others of the same turn.
 */
public final class SendFuture implements Future<@Nullable Void> {
    private final OutboundQueue queue;
    private final ConnectionResources resources;
    private final Outcome outcome = new Outcome();

    SendFuture(OutboundQueue queue, ConnectionResources resources) {
        this.queue = queue;
        this.resources = resources;
    }

    /** The completion for the queue. */
    public PendingSend.Completion completion() {
        return outcome;
    }

    @Override
    public boolean isDone() {
        return outcome.ended;
    }

    @Override
    public @Nullable Void get() throws InterruptedException, ExecutionException {
        beforeWaiting();
        outcome.await();
        return sent();
    }

    @Override
    public @Nullable Void get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        beforeWaiting();
        if (!outcome.await(unit.toNanos(timeout))) {
            throw new TimeoutException("the send is not done within " + timeout + " " + unit);
        }
        return sent();
    }

    /** Always false: a queued message cannot be taken back. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    private @Nullable Void sent() throws ExecutionException {
        Throwable failure = outcome.failure;
        if (failure != null) {
            throw new ExecutionException(failure);
        }
        return null;
    }

    private void beforeWaiting() {
        if (isDone()) {
            return;
        }
        queue.flush();
        if (!isDone() && resources.onEventLoop()) {
            throw new IllegalStateException(
                    "waiting for a send on the event loop would wait for itself: use a SendHandler,"
                            + " or dispatch=worker");
        }
    }

    /** How the send ended. A separate object, because the application could cast the Future and complete it. */
    private static final class Outcome implements PendingSend.Completion {
        /** Written with the monitor held, before {@link #ended}, which publishes it. */
        private @Nullable Throwable failure;
        /** Written with the monitor held. */
        private volatile boolean ended;

        @Override
        public boolean runsApplicationCode() {
            return false;
        }

        @Override
        public synchronized void ended(@Nullable Throwable cause) {
            failure = cause;
            ended = true;
            notifyAll();
        }

        synchronized void await() throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            while (!ended) {
                wait();
            }
        }

        /** Returns false if the time has passed before the end. */
        synchronized boolean await(long nanos) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long start = System.nanoTime();
            while (!ended) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        }
    }
}
