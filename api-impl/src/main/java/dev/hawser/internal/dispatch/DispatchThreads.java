package dev.hawser.internal.dispatch;

import dev.hawser.internal.log.LimitedLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the daemon threads of one dispatcher, and waits for them at a stop. Thread-safe. */
public final class DispatchThreads {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.dispatch");

    private static final String NOT_STARTED =
            LimitedLog.prepared("No thread can be started for callbacks; they wait for one");

    private final ThreadFactory factory;
    /** The threads that may be alive, and their tasks. */
    private final Map<Thread, Runnable> threads = new ConcurrentHashMap<>();
    /** Whether the last thread could not be started, and that was logged. A lost race only logs once more. */
    private volatile boolean startFailed;

    private volatile boolean stopped;

    /** @param factory makes the threads; their names and daemon flags are set here */
    DispatchThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** How many there are now. */
    public int count() {
        return threads.size();
    }

    Thread make(Runnable task, String name) {
        Thread thread = factory.newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts a thread that runs the task; false if the process can have no more of them at the moment. */
    boolean start(Thread thread, Runnable task) {
        try {
            threads.put(thread, task); // before the start, after which nothing may fail
            thread.start();
            startFailed = false;
            return true;
            // Thread.start also throws it if there is no thread; the next attempt may succeed
        } catch (OutOfMemoryError e) {
            threads.remove(thread);
            if (!startFailed) {
                startFailed = true;
                log(NOT_STARTED, e);
            }
            return false;
        }
    }

    /** The task of the calling thread; null if it is not one of these threads. */
    @Nullable Runnable taskOfThisThread() {
        return threads.get(Thread.currentThread());
    }

    /** Called by a thread that is about to end. */
    void ends(Thread thread) {
        threads.remove(thread);
    }

    /**
     * Sets the calling thread's interrupt flag to what it was before code of the application ran. An interrupt of
     * {@link #stop} is kept, since it is meant for everything that the thread still runs.
     */
    public void restoreInterrupt(boolean before) {
        if (before) {
            Thread.currentThread().interrupt();
        } else if (Thread.interrupted() && stopped) { // in this order, because a stop sets the flag last
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Logs with a limit for each kind, so that an error in each turn does not fill a disk. Never throws.
     *
     * @param what the message, made by {@link LimitedLog#prepared}
     */
    public static void log(String what, Throwable error) {
        LOGGER.logIfPossible(System.Logger.Level.ERROR, what, error);
    }

    /**
     * Waits until the deadline for all threads except the calling one, and interrupts those that still run: a thread
     * that waits for ever would keep its application alive.
     */
    void stop(long deadline) {
        stopped = true;
        Thread[] toJoin = threads.keySet().toArray(new Thread[0]);
        try {
            for (Thread thread : toJoin) {
                long nanos = deadline - System.nanoTime();
                if (thread != Thread.currentThread() && nanos > 0) {
                    TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Thread thread : toJoin) {
            if (thread != Thread.currentThread()) {
                thread.interrupt(); // does nothing if it has ended
            }
        }
    }

    /** The waiting turns, in order. The queue allocates nothing. Guarded by its owner's lock. */
    static final class Queue {
        private Turn.@Nullable Ticket head;
        private Turn.@Nullable Ticket tail;
        private int size;

        void add(Turn.Ticket ticket) {
            if (tail == null) {
                head = ticket;
            } else {
                tail.next = ticket;
            }
            tail = ticket;
            size++;
        }

        Turn.@Nullable Ticket poll() {
            Turn.Ticket ticket = head;
            if (ticket != null) {
                head = ticket.next;
                ticket.next = null;
                if (head == null) {
                    tail = null;
                }
                size--;
            }
            return ticket;
        }

        int size() {
            return size;
        }
    }
}
