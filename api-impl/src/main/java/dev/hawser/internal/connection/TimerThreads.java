package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.DaemonThreads;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a timer that always has one. An executor replaces a thread that dies of an error in the executor's own
 * code, but only once: if no thread can be started at that moment, its tasks would wait until somebody schedules
 * another. So a thread that dies stays until another has taken its place.
 */
final class TimerThreads implements ThreadFactory {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final DaemonThreads threads;

    /** Written before the first thread is made. */
    private volatile @Nullable ScheduledThreadPoolExecutor timer;

    /** The last thread that was made; null before the first. The executor makes one at a time. */
    private volatile @Nullable Thread latest;

    private TimerThreads(DaemonThreads threads) {
        this.threads = threads;
    }

    /** A timer with one thread. */
    static ScheduledThreadPoolExecutor timer(DaemonThreads threads) {
        TimerThreads factory = new TimerThreads(threads);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory);
        factory.timer = timer;
        return timer;
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread before = latest;
        if (before != null && before.getState() == Thread.State.NEW) {
            threads.forget(before); // it could not be started; many such would fill the memory that is short
        }
        Thread made = threads.newThread(() -> {
            try {
                work.run();
            } finally {
                awaitReplacement();
            }
        });
        latest = made;
        return made;
    }

    private void awaitReplacement() {
        for (long pause = FIRST_PAUSE; !isReplaced(); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            LockSupport.parkNanos(this, pause);
            Thread.interrupted(); // an interrupt would make parking return at once
        }
    }

    /** Whether the timer has another thread, or needs none. Starts one if it can. */
    private boolean isReplaced() {
        ScheduledThreadPoolExecutor of = timer;
        try {
            return of == null || of.isShutdown() || of.getPoolSize() > 0 || of.prestartCoreThread();
        } catch (Throwable e) { // there is still no memory for one
            return false;
        }
    }
}
