package dev.hawser.cli;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/**
 * Sends a ping each second, as ping(8) does, and writes how long its pong took. A pong that is late is no answer to the
 * next ping: each ping has its number as payload.
 */
final class Pings implements Line.Receiver {
    private static final long PATIENCE_SECONDS = 10;

    /** How long Ctrl-C waits for the peer's close frame. */
    private static final long LEAVING_SECONDS = 2;

    /** In the place of a pong: the connection has ended. */
    private static final int ENDED = 0;

    private final BlockingQueue<Integer> pongs = new ArrayBlockingQueue<>(1024);
    private final Terminal terminal;

    Pings(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void pong(ByteBuffer payload) {
        if (payload.remaining() == Integer.BYTES) {
            pongs.offer(payload.getInt());
        }
    }

    @Override
    public void ended() {
        pongs.offer(ENDED);
    }

    /**
     * Pings until all are sent, or the connection ends. Returns the exit code.
     *
     * @param count how many; 0 for any number
     */
    int run(Session session, Line line, int count) throws InterruptedException {
        long[] times = new long[0];
        boolean complete = true;
        for (int i = 1; (count == 0 || i <= count) && complete; i++) {
            long sent = System.nanoTime();
            try {
                session.getAsyncRemote()
                        .sendPing(ByteBuffer.allocate(Integer.BYTES).putInt(0, i));
            } catch (IOException | IllegalStateException e) {
                break; // the session has ended
            }
            complete = awaitPong(i);
            if (complete) {
                long nanos = System.nanoTime() - sent;
                times = Arrays.copyOf(times, times.length + 1);
                times[times.length - 1] = nanos;
                terminal.line("pong " + i + " after " + Terminal.duration(nanos));
            } else if (!line.end().isDone()) {
                terminal.problem("no pong to ping " + i + " within " + PATIENCE_SECONDS + " s");
            }
            if (i != count && complete) {
                waitUntil(sent + TimeUnit.SECONDS.toNanos(1), line);
            }
        }
        summary(times);
        if (!line.end().isDone()) {
            close(session);
            CloseReason reason = line.awaitEnd();
            return complete ? Line.exitCode(reason) : ExitCode.BROKEN;
        }
        CloseReason reason = line.awaitEnd();
        terminal.note(Line.words(reason));
        return count == 0 ? Line.exitCode(reason) : ExitCode.BROKEN;
    }

    private boolean awaitPong(int number) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            Integer pong = pongs.poll(left, TimeUnit.NANOSECONDS);
            if (pong != null && (pong == number || pong == ENDED)) {
                return pong == number;
            }
        }
        return false;
    }

    private static void waitUntil(long time, Line line) throws InterruptedException {
        try {
            line.end().get(Math.max(time - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // it is open still
        }
    }

    private void summary(long[] times) {
        if (times.length > 0) {
            terminal.line(times.length + " pongs: shortest "
                    + Terminal.duration(LongStream.of(times).min().orElse(0)) + ", average "
                    + Terminal.duration((long) LongStream.of(times).average().orElse(0)) + ", longest "
                    + Terminal.duration(LongStream.of(times).max().orElse(0)));
        }
    }

    /** Closes with 1000, for Ctrl-C, after which nothing waits. */
    void leaveAndWait(Session session, Line line) {
        close(session);
        try {
            line.end().get(LEAVING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // the peer has not answered
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Session session) {
        try {
            session.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
