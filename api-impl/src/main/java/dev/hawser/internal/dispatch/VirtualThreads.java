package dev.hawser.internal.dispatch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns on virtual threads, a new one for each turn. They need Java 21, and Hawser is compiled for Java 17, so
 * their methods are looked up at run time, at the first turn. Thread-safe.
 */
final class VirtualThreads {
    private final String name;
    /** The threads that run a turn, for the stop, since virtual threads are in no thread group. */
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    /** Any thread may replace it with an equal one. */
    private volatile @Nullable ThreadFactory factory;

    /** @param name the name of all threads, which are too many for numbers */
    VirtualThreads(String name) {
        this.name = name;
    }

    /** @param factory makes the threads */
    VirtualThreads(String name, ThreadFactory factory) {
        this.name = name;
        this.factory = factory;
    }

    /**
     * Runs the task on a new virtual thread. The task must not throw.
     *
     * @return false if no thread can be started at the moment
     * @throws IllegalStateException if this JVM has no virtual threads, see {@link dev.hawser.Dispatch#isSupported}
     */
    boolean start(Runnable task) {
        ThreadFactory threads = factory;
        if (threads == null) {
            threads = threadsNamed(name);
            factory = threads;
        }
        Thread thread = null;
        try {
            thread = threads.newThread(() -> {
                try {
                    task.run();
                } finally {
                    running.remove(Thread.currentThread());
                }
            });
            running.add(thread);
            thread.start();
            return true;
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no heap, no system thread, or a stopped scheduler
            if (thread != null) {
                running.remove(thread);
            }
            return false;
        }
    }

    /** Waits until the deadline for the running turns, and interrupts those that still run. */
    void stop(long deadline) {
        try {
            for (Thread thread : running) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (thread != Thread.currentThread() && millis > 0) {
                    thread.join(millis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Thread thread : running) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
    }

    /**
     * {@code Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).factory()}. Nothing is inherited,
     * because a thread of the container starts them.
     */
    private static ThreadFactory threadsNamed(String name) {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(type));
            MethodHandle named = lookup.findVirtual(type, "name", MethodType.methodType(type, String.class));
            MethodHandle inherit = lookup.findVirtual(
                    type, "inheritInheritableThreadLocals", MethodType.methodType(type, boolean.class));
            MethodHandle factory = lookup.findVirtual(type, "factory", MethodType.methodType(ThreadFactory.class));
            Object builder = inherit.invoke(named.invoke(ofVirtual.invoke(), name), false);
            return (ThreadFactory) factory.invoke(builder);
        } catch (Throwable e) { // method handles declare Throwable
            throw new IllegalStateException("This JVM has no virtual threads", e);
        }
    }
}
