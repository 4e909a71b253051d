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
 * The threads of one application for what may block, where the container lends none. A task goes to an idle thread; to
 * a new one if none is idle; and waits only if there are as many as there may be. A thread ends after ten seconds
 * without work. Thread-safe.
 */
final class BlockingThreads implements Executor {
    /** As many as Tomcat gives requests by default. */
    static final int LIMIT = 200;

    private static final long IDLE_SECONDS = 10;

    private final HandOver queue = new HandOver();
    private final ThreadPoolExecutor pool;
    /** Those that may be alive. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * A pool starts a thread when its queue takes no task: this one takes what an idle thread waits for, and the rest
     * only by {@link #put}.
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
     * Waits a second at most for what runs, so that a container which looks for threads left behind finds none, and
     * interrupts the rest. Tasks are refused from then on.
     */
    void end() {
        pool.shutdown();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            for (Thread thread : threads) {
                // Not awaitTermination, which returns while the last thread is about to end.
                TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.shutdownNow();
    }
}
