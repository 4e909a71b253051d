package dev.hawser.internal.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the daemon threads of an executor, and waits for their end: containers look for threads that a stopped
 * application has left, and {@code awaitTermination} may return before the last thread has ended. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {
    private final String name;
    private final @Nullable ClassLoader contextClassLoader;
    private final AtomicInteger count = new AtomicInteger();
    /** The threads that may be alive. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * @param name the name of the threads; if it ends with {@code -}, a number from 1 is appended
     * @param contextClassLoader the context class loader of the threads
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

    /** Forgets a thread that could not be started: it has no end to wait for. */
    public void forget(Thread thread) {
        threads.remove(thread);
    }

    /**
     * Waits until all threads except the calling one have ended, {@code deadline} of {@code System.nanoTime()} has
     * passed, or this thread is interrupted.
     */
    public void awaitEnd(long deadline) {
        threads.forEach(thread -> awaitEnd(thread, deadline));
    }

    /** Waits in the same way for one thread; null counts as ended. */
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
