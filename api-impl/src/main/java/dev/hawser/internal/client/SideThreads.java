package dev.hawser.internal.client;

import dev.hawser.internal.dispatch.DaemonThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads for calls that may hang and cannot be interrupted, such as a name lookup or a trust manager that asks
 * a server. The caller waits until its deadline and then abandons the call. A bounded number runs at a time, and an
 * idle thread ends.
 */
final class SideThreads {
    private static final int IDLE_SECONDS = 2;

    private final Semaphore permits;
    private final DaemonThreads made = new DaemonThreads("hawser-client-side-", SideThreads.class.getClassLoader());
    private final ThreadPoolExecutor threads;

    SideThreads(int limit) {
        permits = new Semaphore(limit);
        threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), made);
    }

    /**
     * Waits for the call's result. The call runs with the caller's context class loader, since it may be code of the
     * application.
     *
     * @throws IOException what the call threw if that is an IOException, a SocketTimeoutException if it is not done by
     *     the deadline, an InterruptedIOException if the waiting thread is interrupted
     */
    <T extends @Nullable Object> T call(Callable<T> call, Deadline deadline) throws IOException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        FutureTask<T> task = new FutureTask<>(() -> {
            Thread.currentThread().setContextClassLoader(context);
            try {
                return call.call();
            } finally {
                Thread.currentThread().setContextClassLoader(SideThreads.class.getClassLoader());
                permits.release();
            }
        });
        try {
            if (!permits.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.expired();
            }
            start(task);
            return task.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The connecting thread was interrupted");
        } catch (TimeoutException | CancellationException e) {
            throw deadline.expired();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw asIOException(cause == null ? e : cause);
        }
    }

    private void start(FutureTask<?> task) {
        boolean started = false;
        try {
            threads.execute(task);
            started = true;
        } finally {
            if (!started) { // no thread could be started
                permits.release();
            }
        }
    }

    /** From now on idle threads end at once, and busy ones after their call. */
    void hurry() {
        threads.setKeepAliveTime(0, TimeUnit.SECONDS);
    }

    /** Waits for the threads to end, as {@link DaemonThreads#awaitEnd} does. */
    void awaitEnd(long deadline) {
        made.awaitEnd(deadline);
    }

    private static IOException asIOException(Throwable cause) {
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return cause instanceof IOException e ? e : new IOException(cause);
    }
}
