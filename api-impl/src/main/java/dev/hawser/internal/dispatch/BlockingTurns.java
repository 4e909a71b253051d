package dev.hawser.internal.dispatch;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the turns that may block, on a bounded number of our own threads, so that they hold no thread that a transport
 * needs. A turn runs on an idle thread, otherwise on a new one; it waits, without a thread, only if the limit of
 * threads is reached.
 *
 * <p>Streamed messages that are still arriving wait behind all turns: they begin when a thread is free. When all
 * threads are busy and turns wait, streams whose peers send very slowly give way: see {@link #relieve}.
 */
public final class BlockingTurns {
    /** A streamed message whose handler may begin before the message is complete. Compared by identity. */
    public interface Stream {
        /** Lets the handler begin; does nothing if it has begun. Thread-safe. */
        void begin();
    }

    /** How long a streamed message may take to become complete before its handler begins. */
    private static final long STREAM_DELAY_MILLIS = 10;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** The time between two requests to give way, so that streams can leave their threads meanwhile. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final DispatchThreads threads;
    private final String name;
    private final int max;
    private final BiConsumer<Turn.@Nullable Ticket, Throwable> threw;
    private final Object lock = new Object();

    // All fields below are guarded by lock.
    private final DispatchThreads.Queue due = new DispatchThreads.Queue();
    private final Set<Stream> patient = new LinkedHashSet<>();
    private final Set<Runner> runners = new LinkedHashSet<>();
    private int idle;
    private int created;
    private boolean stopped;

    /** Whether turns wait for a thread. Written under the lock. */
    private volatile boolean crowded;
    /** Accessed only by the monitor. */
    private long relieved = System.nanoTime() - RELIEF_NANOS;

    /**
     * @param name begins the names of the threads
     * @param max the most threads
     * @param threw called with what a turn threw, which is an error of the JVM
     */
    BlockingTurns(DispatchThreads threads, String name, int max, BiConsumer<Turn.@Nullable Ticket, Throwable> threw) {
        this.threads = threads;
        this.name = name;
        this.max = max;
        this.threw = threw;
    }

    /**
     * Runs the turn on one of the threads. Returns false, or throws, if it was not taken, because no thread can be
     * started, or the threads were stopped.
     */
    boolean run(Turn.Ticket ticket) {
        synchronized (lock) {
            if (stopped) {
                return false;
            }
            if (idle <= due.size() && !added() && runners.isEmpty()) {
                return false;
            }
            due.add(ticket);
            lock.notify();
            crowded = due.size() > idle;
            return true;
        }
    }

    /** Whether a turn would not wait for a thread. */
    boolean hasRoom() {
        synchronized (lock) {
            return !stopped && (idle > due.size() || runners.size() < max);
        }
    }

    /** Starts another thread, which counts as idle; returns whether that was possible. The lock is held. */
    private boolean added() {
        if (runners.size() >= max) {
            return false;
        }
        Runner runner = null;
        boolean isStarted = false;
        try {
            runner = new Runner(name + (created + 1));
            runners.add(runner);
            isStarted = threads.start(runner.thread, runner);
        } catch (OutOfMemoryError e) {
            // counts as not started
        } finally {
            if (runner != null && isStarted) {
                created++;
                runner.rests(true);
            } else if (runner != null) {
                runners.remove(runner);
            }
        }
        return isStarted;
    }

    /**
     * Begins a stream that is not complete in {@link #STREAM_DELAY_MILLIS}, if a thread is free then. A stream that is
     * complete earlier begins without this.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // beginning a stream twice does nothing
    public void beginSoon(Stream stream, ScheduledExecutorService timer) {
        try {
            timer.schedule(() -> whenFree(stream), STREAM_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            stream.begin();
        }
    }

    /** Begins the stream as soon as a thread is free for it, although its message is not complete. */
    private void whenFree(Stream stream) {
        synchronized (lock) {
            if (!stopped && (!patient.isEmpty() || idle + max - runners.size() <= due.size())) {
                patient.add(stream);
                return;
            }
        }
        stream.begin();
    }

    /** Called when the stream has begun, or has ended before. */
    public void forget(Stream stream) {
        synchronized (lock) {
            patient.remove(stream);
        }
    }

    /** Whether turns wait for a thread. */
    boolean isCrowded() {
        return crowded;
    }

    /**
     * If turns wait for a thread, lets as many blocked streams give way, the slowest first, but none whose peer sends
     * at the minimum rate. Called by the monitor in short intervals.
     */
    void relieve(long now) {
        if (now - relieved < RELIEF_NANOS) {
            return;
        }
        relieved = now;
        Runner[] busy;
        int needed;
        synchronized (lock) {
            needed = due.size() - idle;
            if (needed <= 0) {
                crowded = false;
                return;
            }
            busy = runners.toArray(new Runner[0]);
        }
        for (; needed > 0; needed--) {
            Turn slowest = null;
            double least = 1;
            for (Runner runner : busy) {
                Turn turn = runner.turn;
                double pace = turn == null ? 1 : turn.peersPace(now);
                if (pace < least) {
                    least = pace;
                    slowest = turn;
                }
            }
            if (slowest == null) {
                return;
            }
            slowest.giveWay();
        }
    }

    /** Takes no more turns. Waiting turns are run, and then the threads end. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
    }

    private final class Runner implements Runnable {
        final Thread thread;
        /** Whether it counts as idle; guarded by lock. */
        private boolean resting;
        /** The turn that it runs, or null; written by its thread. */
        volatile @Nullable Turn turn;

        Runner(String threadName) {
            thread = threads.make(this, threadName);
        }

        @Override
        public void run() {
            while (true) {
                Turn.Ticket ticket = null;
                try {
                    ticket = next();
                    if (ticket == null) {
                        return;
                    }
                    turn = ticket.turn;
                    ticket.turn.run();
                    ticket.ran();
                } catch (Throwable e) {
                    threw.accept(ticket, e);
                } finally {
                    turn = null;
                }
            }
        }

        /** Waits for a turn; returns null once the thread must end. */
        private Turn.@Nullable Ticket next() {
            long deadline = System.nanoTime() + IDLE_NANOS;
            while (true) {
                Stream stream;
                synchronized (lock) {
                    rests(false);
                    Turn.Ticket ticket = due.poll();
                    crowded = ticket != null && due.size() > idle;
                    if (ticket != null) {
                        return ticket;
                    }
                    stream = firstPatient();
                    long nanos = deadline - System.nanoTime();
                    if (stream == null && (stopped || nanos <= 0)) {
                        runners.remove(this);
                        threads.ends(thread);
                        return null;
                    }
                    rests(true);
                    if (stream == null) {
                        awaitTurn(nanos);
                    }
                }
                if (stream != null) {
                    stream.begin(); // its turn will find this thread idle
                }
            }
        }

        /**
         * Sets whether the thread counts as idle. It compares with the field, so that an error in between leaves no
         * wrong count. The lock is held.
         */
        private void rests(boolean now) {
            if (resting != now) {
                resting = now;
                idle += now ? 1 : -1;
            }
        }

        @SuppressWarnings("WaitNotInLoop") // the caller has the loop
        private void awaitTurn(long nanos) {
            try {
                lock.wait(nanos / 1_000_000 + 1);
            } catch (InterruptedException e) {
                // a stop; the caller checks its flag
            }
        }
    }

    /** Removes and returns the first patient stream, or null. The lock is held. */
    private @Nullable Stream firstPatient() {
        for (Stream stream : patient) {
            patient.remove(stream);
            return stream;
        }
        return null;
    }
}
