package dev.hawser.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One round of one workload against one server: connects, converses until {@link #close}, waits for missing replies,
 * and closes the connections. Its loop has its own thread; the methods are called on another one.
 */
public final class LoadRound {
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration CLOSING = Duration.ofSeconds(40);

    private final Tally tally = new Tally();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final LoadLoop loop;
    private final Thread thread;

    /** A round that has not begun. */
    public LoadRound(Target target, Workload workload) throws IOException {
        this(target, workload, PATIENCE);
    }

    /** A round with a patience: the wait for missing replies, and then for the server's close. */
    LoadRound(Target target, Workload workload, Duration patience) throws IOException {
        loop = new LoadLoop(target, workload, tally, opened, patience.toNanos());
        thread = new Thread(loop, "load");
        thread.setDaemon(true);
    }

    /** The counters. */
    public Tally tally() {
        return tally;
    }

    /**
     * Opens all connections; they stay silent until {@link #start}.
     *
     * @throws BadReplyException if a connection was refused, or if it took too long
     */
    public void open() throws BadReplyException, InterruptedException {
        thread.start();
        boolean inTime = opened.await(OPENING.toMillis(), TimeUnit.MILLISECONDS);
        throwFailure();
        if (!inTime) {
            loop.abort();
            throw new BadReplyException("Not all connections were open after " + OPENING);
        }
    }

    /** Begins the conversation. */
    public void start() {
        loop.start();
    }

    /** Why the round has failed so far, or null. */
    public @Nullable String failure() {
        return loop.failure();
    }

    /**
     * Ends the conversation: sends nothing new, waits for missing replies, and closes.
     *
     * @throws BadReplyException if a reply was wrong or missing at any time of the round
     */
    public void close() throws BadReplyException, InterruptedException {
        loop.stop();
        thread.join(CLOSING.toMillis());
        if (thread.isAlive()) {
            loop.abort();
            thread.join();
        }
        throwFailure();
    }

    /** Ends at once, whatever is missing; for a server that has ended. */
    public void abort() {
        loop.abort();
    }

    private void throwFailure() throws BadReplyException {
        String failure = loop.failure();
        if (failure != null) {
            throw new BadReplyException(failure);
        }
    }
}
