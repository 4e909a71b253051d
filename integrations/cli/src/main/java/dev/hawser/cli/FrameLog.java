package dev.hawser.cli;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes a line for each frame: when, in which direction, and its header, without its payload. A thread of its own
 * writes, so that connections do not wait for a pager that is not read. Thread-safe.
 */
final class FrameLog implements ConnectionObserver, AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final long PATIENCE_SECONDS = 10;
    private static final long PATIENCE_FOR_FRAMES_SECONDS = 5;

    private final Consumer<String> output;
    private final long start = System.nanoTime();

    /** The open connections, by session id. Guarded by itself, and notified when one has ended. */
    private final Set<String> open = new HashSet<>();

    private final AtomicLong leftOut = new AtomicLong();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            FrameLog::thread,
            (line, full) -> leftOut.incrementAndGet());

    /** @param output takes the lines */
    FrameLog(Consumer<String> output) {
        this.output = output;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "frames");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Waits for the last frames, five seconds at most. Then it writes what waits, for ten seconds at most, and how many
     * lines were too many.
     */
    @Override
    public void close() throws InterruptedException {
        awaitEnds();
        writer.shutdown();
        long unwritten = writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)
                ? 0
                : writer.shutdownNow().size();
        if (leftOut.get() + unwritten > 0) {
            output.accept(leftOut.get() + unwritten + " frames are not shown: the output is too slow");
        }
    }

    /** The last frames may be told after onClose has returned; the end of a connection is told after them. */
    private void awaitEnds() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_FOR_FRAMES_SECONDS);
        synchronized (open) {
            long left = deadline - System.nanoTime();
            while (!open.isEmpty() && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(open, left);
                left = deadline - System.nanoTime();
            }
        }
    }

    @Override
    public void opened(ObservedConnection connection) {
        synchronized (open) {
            open.add(connection.sessionId());
        }
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        synchronized (open) {
            open.remove(connection.sessionId());
            open.notifyAll();
        }
    }

    /** Calls took too long: those of the ends will not come. */
    @Override
    public void takenOut() {
        synchronized (open) {
            open.clear();
            open.notifyAll();
        }
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        write('<', frame);
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        write('>', frame);
    }

    private void write(char direction, ObservedFrame frame) {
        String line = String.format(
                Locale.ROOT,
                "%9.3f %c %-12s length=%d fin=%d rsv=%d",
                (System.nanoTime() - start) / 1e9,
                direction,
                frame.opcode(),
                frame.length(),
                frame.fin() ? 1 : 0,
                frame.rsv());
        String whole = frame.opcode() == Opcode.CLOSE ? line + " code=" + frame.closeCode() : line;
        writer.execute(() -> output.accept(whole));
    }
}
