package dev.hawser.internal.client;

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
 * The one daemon thread, {@code hawser-client-selector}, that waits for the sockets of all client connections. It
 * exists while somebody holds a {@link Lease}, and a while longer: a program that connects again and again does not
 * start a thread each time, and one that stops connecting keeps neither a thread nor a selector. What a listener throws
 * ends that connection and no other.
 *
 * <p>The thread's context class loader is this class's own, so it pins no application.
 */
final class SelectorLoop {
    /**
     * Told on the selector's thread which of the operations it is interested in are possible now; its interest in them
     * is then off.
     */
    interface Listener {
        void onReady(int operations);

        /** {@link #onReady} threw: whatever it served is of no more use. */
        void onFailed(Throwable cause);
    }

    /** Asked and told when the last lease has been given back for a while. Called on the selector's thread. */
    interface Ending {
        /** Whether nothing else is in the way. Called with the loop's lock held. */
        boolean mayEnd();

        /** The thread is about to end. */
        void ended();
    }

    /** After so many the selector counts as broken. */
    private static final int ERRORS_IN_A_ROW = 100;

    static final String THREAD_NAME = "hawser-client-selector";

    private static final Logger LOGGER = System.getLogger("dev.hawser.client.selector");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.client.selector");

    /** Which threads are such loops at the moment: code that waits for a connection must not run there. */
    private static final Set<Thread> THREADS = ConcurrentHashMap.newKeySet();

    private final Duration linger;
    private final Ending ending;
    private final Lock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private int leases;

    /** Whether to end as soon as there are no leases, without lingering. Written under the lock. */
    private volatile boolean hurried;

    /** The running thread's, or null if there is none. Guarded by {@link #lock}. */
    private @Nullable Turn running;

    /**
     * The latest thread, which may be about to end when nothing is running any more, or null if there was none. Guarded
     * by {@link #lock}.
     */
    private @Nullable Thread latest;

    /** @param linger how long thread and selector outlive the last lease */
    SelectorLoop(Duration linger, Ending ending) {
        this.linger = linger;
        this.ending = ending;
    }

    /** Whether the calling thread is the selector's of any client. */
    static boolean onAnyLoop() {
        return THREADS.contains(Thread.currentThread());
    }

    /** From now on the thread ends as soon as nobody holds a lease. */
    void hurry() {
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

    /** What {@link Ending#mayEnd} looks at has changed: a thread that is to end without lingering asks again. */
    void reconsider() {
        lock.lock();
        try {
            if (hurried && running != null) {
                running.selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The thread, for whoever waits for its end, or null if there is none. */
    @Nullable Thread thread() {
        lock.lock();
        try {
            return latest;
        } finally {
            lock.unlock();
        }
    }

    /** Takes part in the thread, which starts if it was not there. */
    Lease lease() throws IOException {
        lock.lock();
        try {
            Turn turn = running;
            if (turn == null) {
                turn = new Turn(Selector.open());
                Thread thread = new Thread(null, turn, THREAD_NAME, 0, false);
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

    /** Leases not given back. */
    int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }

    /** Sockets registered with the selector, those being closed included. */
    int registrations() {
        lock.lock();
        try {
            return running == null ? 0 : running.selector.keys().size();
        } finally {
            lock.unlock();
        }
    }

    /** One connection's share in the thread. To be given back once, after which nothing may be asked of it. */
    final class Lease {
        private final Turn turn;

        private Lease(Turn turn) {
            this.turn = turn;
        }

        /** Registers a non-blocking channel, with no interest in anything yet. */
        SelectionKey register(SocketChannel channel, Listener listener) throws IOException {
            return channel.register(turn.selector, 0, listener);
        }

        /** Adds to the operations the key waits for; a key that is cancelled stays so. */
        void await(SelectionKey key, int operations) {
            try {
                key.interestOpsOr(operations);
            } catch (CancelledKeyException e) {
                return; // closed meanwhile, which its owner is told by other ways
            }
            if (!isOnThread()) {
                turn.selector.wakeup();
            }
        }

        /** Runs on the selector's thread, after what it does now. */
        void execute(Runnable task) {
            turn.tasks.add(task);
            if (turn.failed) {
                turn.runTasks();
            } else {
                turn.selector.wakeup();
            }
        }

        /**
         * Lets the selector take note of a cancelled key, without which the socket's descriptor would stay open until
         * its next turn.
         */
        void wakeup() {
            turn.selector.wakeup();
        }

        boolean isOnThread() {
            return Thread.currentThread() == turn.thread;
        }

        void release() {
            lock.lock();
            try {
                leases--;
            } finally {
                lock.unlock();
            }
            turn.selector.wakeup();
        }
    }

    /** One life of the thread. */
    private final class Turn implements Runnable {
        private final Selector selector;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

        /** Written before the thread starts. */
        private @Nullable Thread thread;

        /** Whether the selector broke, so that nobody runs the tasks any more but those who add them. */
        private volatile boolean failed;

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
                    } catch (Error e) { // of the Java machine, as for want of memory: the selector is none the worse
                        // for it
                        if (++errors == ERRORS_IN_A_ROW) {
                            throw e;
                        }
                        warn("The client's selector goes on after an error", e);
                    }
                }
            } catch (IOException | RuntimeException | Error e) {
                warn("The client's selector failed; its connections are lost", e);
                failAll(e);
            } finally {
                THREADS.remove(Thread.currentThread());
            }
        }

        /** Waits once, and serves what is ready. Returns false once nobody needs the thread. */
        private boolean select() throws IOException {
            Thread.interrupted(); // whoever left it, no wait of this thread is to end: it would spin
            selector.select(this::ready, leases() > 0 ? 0 : linger.toMillis());
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

        private void ready(SelectionKey key) {
            Listener listener = (Listener) key.attachment();
            try {
                int ready = key.readyOps();
                key.interestOpsAnd(~ready);
                listener.onReady(ready);
            } catch (CancelledKeyException e) {
                LOGGER.log(Level.TRACE, "A socket was closed while it became ready");
            } catch (Throwable e) { // whatever it is, the other connections live on
                warn("A client connection's listener failed", e);
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
                } catch (Throwable e) { // as above
                    warn("A task on the client's selector failed", e);
                } finally {
                    if (Thread.currentThread() == thread) { // else it is a caller's own
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

        /** The selector is broken: every connection is told, and the next lease starts anew. */
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
                LOGGER.log(Level.DEBUG, "The client's broken selector did not close", e);
            }
        }

        private void fail(Listener listener, Throwable cause) {
            try {
                listener.onFailed(cause);
            } catch (Throwable e) {
                warn("A client connection could not be ended", e);
            }
        }

        /** Never throws, though there may be no memory for it. */
        private void warn(String what, Throwable error) {
            try {
                FAILURES.log(Level.WARNING, what, error);
            } catch (Throwable e) {
                // the next one may be told
            }
        }
    }
}
