package dev.hawser.internal.transport;

import dev.hawser.internal.log.LimitedLog;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that waits for the sockets of many connections of an application: all of its clients, or those that a
 * container has given away. It exists while somebody holds a {@link Lease}, and for a short time after: so a program
 * that connects again and again does not start a thread each time, and one without connections keeps neither thread nor
 * selector. An exception of a listener ends only that listener's connection.
 *
 * <p>The thread's context class loader is that of this class, so it keeps no application alive.
 */
public final class SelectorLoop {
    /**
     * Called on the selector's thread with the operations that are possible now; interest in them is off until it is
     * set again.
     */
    public interface Listener {
        void onReady(int operations);

        /** {@link #onReady} threw, or the selector broke: the connection is to be ended. */
        void onFailed(Throwable cause);
    }

    /** Decides on the end of the thread once there has been no lease for a while. Called on the selector's thread. */
    public interface Ending {
        /** Whether the thread may end. Called with the loop's lock held. */
        boolean mayEnd();

        /** The thread is about to end. */
        void ended();
    }

    /** After so many errors in a row the selector counts as broken. */
    private static final int ERRORS_IN_A_ROW = 100;

    private static final Logger LOGGER = System.getLogger("dev.hawser.selector");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.selector");
    private static final String GOES_ON = LimitedLog.prepared("A selector continues after an error");
    private static final String SELECTOR_FAILED = LimitedLog.prepared("A selector failed; its connections are lost");
    private static final String LISTENER_FAILED = LimitedLog.prepared("The listener of a connection failed");
    private static final String TASK_FAILED = LimitedLog.prepared("A task on a selector's thread failed");
    private static final String NOT_ENDED = LimitedLog.prepared("A connection could not be ended");

    /** The threads of all loops that are running: code that waits for a connection must not run on them. */
    private static final Set<Thread> THREADS = ConcurrentHashMap.newKeySet();

    private final String threadName;
    private final Duration linger;
    private final Ending ending;
    private final Lock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private int leases;

    /** Whether the thread ends as soon as there are no leases, without lingering. Written under the lock. */
    private volatile boolean hurried;

    /** The turn of the running thread, or null if none is running. Guarded by {@link #lock}. */
    private @Nullable Turn running;

    /**
     * The latest thread, which may still be about to end when {@link #running} is null; null if there was none. Guarded
     * by {@link #lock}.
     */
    private @Nullable Thread latest;

    /** @param linger how long thread and selector outlive the last lease */
    public SelectorLoop(String threadName, Duration linger, Ending ending) {
        this.threadName = threadName;
        this.linger = linger;
        this.ending = ending;
    }

    /** Whether the calling thread is the selector's thread of any loop. */
    public static boolean onAnyLoop() {
        return THREADS.contains(Thread.currentThread());
    }

    /** From now on the thread ends as soon as nobody holds a lease. */
    public void hurry() {
        lock.lock();
        try {
            hurried = true;
            if (running != null) {
                running.selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that the answer of {@link Ending#mayEnd} may have changed: a thread that ends without lingering asks again.
     */
    public void reconsider() {
        lock.lock();
        try {
            if (hurried && running != null) {
                running.selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The thread, so that a caller can wait for its end, or null if there was none. */
    public @Nullable Thread thread() {
        lock.lock();
        try {
            return latest;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a share in the thread, which is started if it is not running. */
    public Lease lease() throws IOException {
        lock.lock();
        try {
            Turn turn = running;
            if (turn == null) {
                turn = new Turn(Selector.open());
                Thread thread = new Thread(null, turn, threadName, 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(SelectorLoop.class.getClassLoader());
                turn.thread = thread;
                thread.start(); // if none can be started, the next lease tries again
                running = turn;
                latest = thread;
            }
            leases++;
            return new Lease(turn);
        } finally {
            lock.unlock();
        }
    }

    /** How many leases have not been given back. */
    public int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }

    /** One connection's share in the thread. It must be given back once, and not be used afterwards. */
    public final class Lease {
        private final Turn turn;

        private Lease(Turn turn) {
            this.turn = turn;
        }

        /** Registers a non-blocking channel, with no interest in anything yet. */
        public SelectionKey register(SocketChannel channel, Listener listener) throws IOException {
            return channel.register(turn.selector, 0, listener);
        }

        /** Adds to the operations that the key waits for. Does nothing if the key is cancelled. */
        public void await(SelectionKey key, int operations) {
            try {
                key.interestOpsOr(operations);
            } catch (CancelledKeyException e) {
                return; // closed meanwhile; the owner knows that already
            }
            turn.wake();
        }

        /**
         * Runs a task on the selector's thread, after what that does now; on the calling thread if the selector is
         * broken.
         */
        public void execute(Runnable task) {
            turn.tasks.add(task);
            if (turn.failed) {
                turn.runTasks();
            } else {
                turn.wake();
            }
        }

        /**
         * Makes the selector process cancelled keys; otherwise the socket's descriptor would stay open until the
         * selector wakes.
         */
        public void wakeup() {
            turn.wake();
        }

        public boolean isOnThread() {
            return Thread.currentThread() == turn.thread;
        }

        public void release() {
            lock.lock();
            try {
                leases--;
            } finally {
                lock.unlock();
            }
            turn.wake();
        }
    }

    /** One thread with its selector, from start to end. */
    private final class Turn implements Runnable {
        private final Selector selector;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

        /** Written before the thread starts. */
        private @Nullable Thread thread;

        /** Whether the selector is broken; tasks are then run by the threads that add them. */
        private volatile boolean failed;

        /**
         * Whether the thread may wait in the selector. While it does not, it will look at all that was changed before
         * it waits, so nobody needs to wake it. To wake it costs two system calls, and another turn of the thread.
         */
        private volatile boolean waits;

        /** Only touched by the thread. */
        private long idleSince = System.nanoTime();

        private Turn(Selector selector) {
            this.selector = selector;
        }

        @Override
        public void run() {
            THREADS.add(Thread.currentThread());
            int errors = 0;
            try {
                boolean goesOn = true;
                while (goesOn) {
                    try {
                        goesOn = select();
                        errors = 0;
                    } catch (Error e) { // such as an OutOfMemoryError; the selector can go on
                        if (++errors == ERRORS_IN_A_ROW) {
                            throw e;
                        }
                        warn(GOES_ON, e);
                    }
                }
            } catch (IOException | RuntimeException | Error e) {
                warn(SELECTOR_FAILED, e);
                failAll(e);
            } finally {
                THREADS.remove(Thread.currentThread());
            }
        }

        /** Waits once, and serves the sockets that are ready. Returns false once nobody needs the thread. */
        private boolean select() throws IOException {
            Thread.interrupted(); // an interrupt that somebody left would make every select return at once
            waits = true;
            try {
                if (tasks.isEmpty()) {
                    selector.select(this::ready, leases() > 0 ? 0 : linger.toMillis());
                } else {
                    selector.selectNow(this::ready);
                }
            } finally {
                waits = false;
            }
            runTasks();
            long now = System.nanoTime();
            if (leases() > 0) {
                idleSince = now;
            } else if ((hurried || now - idleSince >= linger.toNanos()) && endIfUnused()) {
                ending.ended();
                return false;
            }
            return true;
        }

        /** Makes the thread look at the tasks, the keys and the leases, if it waits. */
        private void wake() {
            if (waits && Thread.currentThread() != thread) {
                selector.wakeup();
            }
        }

        private void ready(SelectionKey key) {
            if (waits) {
                waits = false;
            }
            Listener listener = (Listener) key.attachment();
            try {
                int ready = key.readyOps();
                key.interestOpsAnd(~ready);
                listener.onReady(ready);
            } catch (CancelledKeyException e) {
                LOGGER.log(Level.TRACE, "A socket was closed while it became ready");
            } catch (Throwable e) { // the other connections must live on
                warn(LISTENER_FAILED, e);
                fail(listener, e);
            } finally {
                Thread.interrupted(); // the next connection's callback is not interrupted
            }
        }

        private void runTasks() {
            Runnable task;
            while ((task = tasks.poll()) != null) {
                try {
                    task.run();
                } catch (Throwable e) { // the other tasks must run
                    warn(TASK_FAILED, e);
                } finally {
                    if (Thread.currentThread() == thread) { // otherwise the flag belongs to the caller of execute
                        Thread.interrupted();
                    }
                }
            }
        }

        private boolean endIfUnused() throws IOException {
            lock.lock();
            try {
                if (leases > 0 || !ending.mayEnd()) {
                    return false;
                }
                running = null;
                selector.close();
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Tells every connection that the selector is broken; the next lease starts a new thread. */
        private void failAll(Throwable cause) {
            lock.lock();
            try {
                running = null;
            } finally {
                lock.unlock();
            }
            failed = true;
            List.copyOf(selector.keys()).forEach(key -> fail((Listener) key.attachment(), cause));
            runTasks();
            try {
                selector.close();
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, "A broken selector did not close", e);
            }
        }

        private void fail(Listener listener, Throwable cause) {
            try {
                listener.onFailed(cause);
            } catch (Throwable e) {
                warn(NOT_ENDED, e);
            }
        }

        private void warn(String what, Throwable error) {
            FAILURES.logIfPossible(Level.WARNING, what, error);
        }
    }
}
