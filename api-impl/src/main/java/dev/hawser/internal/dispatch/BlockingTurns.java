package dev.hawser.internal.dispatch;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the turns that may block, on a bounded number of threads of ours, so that they hold none which a transport
 * needs. A turn goes to a thread that rests, to a new one, and only waits if there are as many as there may be. It
 * holds no thread then.
 *
 * <p>Streamed messages that have yet to arrive wait behind all others: they begin while threads are free. When all
 * threads are busy and turns wait, streams whose peers send next to nothing give way: see {@link #relieve}.
 */
public final class BlockingTurns {
    /** A streamed message whose handler may begin before the message is whole. Compared by identity. */
    public interface Stream {
        /** Lets the handler begin. Any thread; does nothing if it has begun. */
        void begin();
    }

    /** How long a streamed message may take to come whole before its handler begins. */
    private static final long STREAM_DELAY_MILLIS = 10;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** How often streams are asked to give way: those that were have had time to leave their threads. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final DispatchThreads threads;
    private final String name;
    private final int max;
    private final BiConsumer<Turn.@Nullable Ticket, Throwable> threw;
    private final Object lock = new Object();

    // All below: guarded by lock.
    private final DispatchThreads.Queue due = new DispatchThreads.Queue();
    private final Set<Stream> patient = new LinkedHashSet<>();
    private final Set<Runner> runners = new LinkedHashSet<>();
    private int idle;
    private int created;
    private boolean stopped;

    /** Whether turns wait for a thread. Written under the lock. */
    private volatile boolean crowded;
    /** Only touched by the monitor. */
    private long relieved;

    /**
     * @param name begins the names of the threads
     * @param max how many there may be
     * @param threw told what a turn threw, which the Java machine did
     */
    BlockingTurns(DispatchThreads threads, String name, int max, BiConsumer<Turn.@Nullable Ticket, Throwable> threw) {
        this.threads = threads;
        this.name = name;
        this.max = max;
        this.threw = threw;
    }

    /**
     * Has the turn run. Returns false, or throws, if it was not taken: no thread can be started, or the threads have
     * been stopped.
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

    /** Under the lock: whether there is one thread more, which rests for the moment. */
    private boolean added() {
        if (runners.size() >= max) {
            return false;
        }
        Runner runner = null;
        boolean isStarted = false;
        try {
            runner = new Runner(name + (created + 1));
            runners.add(runner);
            isStarted = threads.start(runner.thread);
        } catch (OutOfMemoryError e) {
            // as if it could not be started
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
     * A message that comes whole in a moment needs a thread only then; one that does not gets one if there is one to
     * spare.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a stream that has begun is begun no more
    public void beginSoon(Stream stream, ScheduledExecutorService timer) {
        try {
            timer.schedule(() -> whenFree(stream), STREAM_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            stream.begin();
        }
    }

    /** Has the stream begin, though its message is not whole, as soon as a thread is free for it. */
    private void whenFree(Stream stream) {
        synchronized (lock) {
            if (!stopped && (!patient.isEmpty() || idle + max - runners.size() <= due.size())) {
                patient.add(stream);
                return;
            }
        }
        stream.begin();
    }

    /** The stream has begun, or ended before it did. */
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
     * While turns wait for a thread, as many blocked streams as wait give way, the slowest first, but none whose peer
     * sends as fast as it has to. Called by the monitor in short intervals.
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

    /** Takes no more turns. Those that wait are run, and then the threads end. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
    }

    private final class Runner implements Runnable {
        final Thread thread;
        /** Whether it is one of the idle ones; guarded by lock. */
        private boolean resting;
        /** What it runs; written by its thread. */
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

        /** Waits for a turn; null once the thread is to end. */
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
                    stream.begin(); // it finds this thread at rest
                }
            }
        }

        /** Under the lock. Asked for each time, so that an error in between leaves no wrong count. */
        private void rests(boolean now) {
            if (resting != now) {
                resting = now;
                idle += now ? 1 : -1;
            }
        }

        @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
        private void awaitTurn(long nanos) {
            try {
                lock.wait(nanos / 1_000_000 + 1);
            } catch (InterruptedException e) {
                // a stop, which is told by its flag
            }
        }
    }

    /** Under the lock. */
    private @Nullable Stream firstPatient() {
        for (Stream stream : patient) {
            patient.remove(stream);
            return stream;
        }
        return null;
    }
}
