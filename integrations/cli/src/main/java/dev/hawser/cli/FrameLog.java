package dev.hawser.cli;

import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a line for each frame: when, in which direction, and its header, without its payload. A thread of its own
 * writes, so that connections do not wait for a pager that is not read. Thread-safe.
 */
final class FrameLog implements ConnectionObserver, AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final long PATIENCE_SECONDS = 10;

    private final Terminal terminal;
    private final long start = System.nanoTime();
    private final AtomicLong leftOut = new AtomicLong();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            FrameLog::thread,
            (line, full) -> leftOut.incrementAndGet());

    FrameLog(Terminal terminal) {
        this.terminal = terminal;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "frames");
        thread.setDaemon(true);
        return thread;
    }

    /** Writes what waits, for ten seconds at most, and how many lines were too many. */
    @Override
    public void close() throws InterruptedException {
        writer.shutdown();
        long unwritten = writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)
                ? 0
                : writer.shutdownNow().size();
        if (leftOut.get() + unwritten > 0) {
            terminal.problem(leftOut.get() + unwritten + " frames are not shown: the output is too slow");
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
        writer.execute(() -> terminal.problem(whole));
    }
}
