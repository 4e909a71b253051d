package dev.hawser.internal.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the daemon threads of an executor, and waits for them to end: containers look for threads that a stopped
 * application has left, and {@code awaitTermination} returns while the last one is still about to end. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {
    private final String name;
    private final @Nullable ClassLoader contextClassLoader;
    private final AtomicInteger count = new AtomicInteger();
    /** Those that may be alive. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * @param name of the threads; one that ends in {@code -} is followed by a number from 1
     * @param contextClassLoader of the threads
     */
    public DaemonThreads(String name, @Nullable ClassLoader contextClassLoader) {
        this.name = name;
        this.contextClassLoader = contextClassLoader;
    }

    @Override
    public Thread newThread(Runnable task) {
        int number = count.incrementAndGet();
        Thread thread = new Thread(null, task, name.endsWith("-") ? name + number : name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(contextClassLoader);
        threads.removeIf(old -> old.getState() == Thread.State.TERMINATED);
        threads.add(thread);
        return thread;
    }

    /**
     * Waits until all have ended, but the calling one, or it is {@code deadline} of {@code System.nanoTime()}, or this
     * thread is interrupted.
     */
    public void awaitEnd(long deadline) {
        threads.forEach(thread -> awaitEnd(thread, deadline));
    }

    /** The same for one thread, of which null has ended. */
    public static void awaitEnd(@Nullable Thread thread, long deadline) {
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
