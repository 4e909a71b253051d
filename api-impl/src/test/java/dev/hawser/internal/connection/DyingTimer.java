package dev.hawser.internal.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A task that ends the thread of a timer, as an OutOfMemoryError in the timer's own code does. */
final class DyingTimer extends FutureTask<Void> implements RunnableScheduledFuture<Void> {
    private final CompletableFuture<Thread> killed = new CompletableFuture<>();

    private DyingTimer() {
        super(() -> null);
    }

    /** Throws an error in the thread of a timer, and returns the thread, which is about to end. */
    static Thread kill(ScheduledThreadPoolExecutor timer) throws Exception {
        DyingTimer task = new DyingTimer();
        timer.getQueue().add(task); // not wrapped by the timer, so what it throws reaches the thread
        return task.killed.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        thread.setUncaughtExceptionHandler((dead, error) -> {});
        killed.complete(thread);
        throw new OutOfMemoryError("as the test will have it");
    }

    @Override
    public boolean isPeriodic() {
        return false;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return 0;
    }

    @Override
    public int compareTo(Delayed other) {
        return -1;
    }
}
