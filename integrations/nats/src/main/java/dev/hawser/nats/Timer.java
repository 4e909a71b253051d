package dev.hawser.nats;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does things later, on a thread of its own that ends when this is closed. The JDK's thread for that never ends, and
 * would keep the class loader of the application that used it first. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class Timer implements AutoCloseable {
    private final ScheduledThreadPoolExecutor thread;

    Timer() {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "hawser-nats-timer");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Does something after so many milliseconds, unless this is closed before. Null if it is closed already. */
    @Nullable Future<?> later(Runnable action, long millis) {
        try {
            return thread.schedule(action, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** Lets a result fail with a {@link TimeoutException} if it takes longer than so many milliseconds. */
    <T> CompletableFuture<T> within(long millis, CompletableFuture<T> result) {
        Future<?> end = later(
                () -> result.completeExceptionally(
                        new TimeoutException("NATS has not answered within " + millis + " ms")),
                millis);
        if (end == null) {
            result.completeExceptionally(new RejectedExecutionException("the backplane is closed"));
        } else {
            result.whenComplete((done, failure) -> end.cancel(false));
        }
        return result;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
