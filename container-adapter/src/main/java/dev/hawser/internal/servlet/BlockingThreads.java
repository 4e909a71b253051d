package dev.hawser.internal.servlet;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one application for tasks that may block, if the container lends none. A task runs on an idle thread,
 * otherwise on a new one; it waits only if the limit of threads is reached. A thread ends after ten seconds without
 * work. Thread-safe.
 */
final class BlockingThreads implements Executor {
    /** As many threads as Tomcat has for requests by default. */
    static final int LIMIT = 200;

    private static final long IDLE_SECONDS = 10;

    private final HandOver queue = new HandOver();
    private final ThreadPoolExecutor pool;
    /** The threads that may be alive. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * A ThreadPoolExecutor starts a thread if its queue refuses a task. This queue takes a task only if an idle thread
     * waits for it; tasks beyond the limit of threads are {@link #put} into it.
     */
    private static final class HandOver extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    /** @param name begins the names of the threads, which are numbered */
    BlockingThreads(String name) {
        AtomicInteger count = new AtomicInteger();
        pool = new ThreadPoolExecutor(0, LIMIT, IDLE_SECONDS, TimeUnit.SECONDS, queue, task -> {
            Thread thread = new Thread(null, task, name + count.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            threads.removeIf(old -> old.getState() == Thread.State.TERMINATED);
            threads.add(thread);
            return thread;
        });
        pool.setRejectedExecutionHandler((task, full) -> await(task));
    }

    /** @throws RejectedExecutionException after {@link #end} */
    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    private void await(Runnable task) {
        if (pool.isShutdown()) {
            throw new RejectedExecutionException("The application has stopped");
        }
        queue.put(task);
        if (pool.isShutdown() && queue.remove(task)) {
            throw new RejectedExecutionException("The application has stopped");
        }
    }

    /**
     * Refuses tasks from now on, waits up to a second for those that run, so that a container that looks for leaked
     * threads finds none, and interrupts the rest.
     */
    void end() {
        pool.shutdown();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            for (Thread thread : threads) {
                // Not awaitTermination, which may return before the last thread has ended.
                TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.shutdownNow();
    }
}
