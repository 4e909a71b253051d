package dev.hawser.internal.servlet;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes an upgraded connection from this side, once, on a thread that may do so. If there is no memory for it, it
 * tries again, because nothing else would close the socket. Thread-safe.
 */
final class TakingDown {
    /** After so many attempts only the peer can end the connection. Each attempt lets the collector look for memory. */
    private static final int TRIES = 16;

    private final NativeConnection connection;
    private final ServletOutput output;

    /** Whether the connection is closed, or about to be by a thread that may do so. */
    private final AtomicBoolean begun = new AtomicBoolean();

    TakingDown(NativeConnection connection, ServletOutput output) {
        this.connection = connection;
        this.output = output;
    }

    boolean hasBegun() {
        return begun.get();
    }

    /**
     * Closes the connection, unless that has begun. If it throws, it has not.
     *
     * @param cut whether bytes that the stream still holds are dropped
     */
    void begin(boolean cut) {
        if (begun.compareAndSet(false, true)) {
            boolean handedOver = false;
            try {
                run(() -> close(cut));
                handedOver = true;
            } finally {
                if (!handedOver) {
                    begun.set(false);
                }
            }
        }
    }

    /** Called when the container has closed the connection. */
    void isDone() {
        begun.set(true);
    }

    /** Runs a task that closes the connection, or one direction of it, on another thread. */
    void run(Runnable task) {
        try {
            connection.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // the threads have ended, so the task cannot meet one of their callbacks
        }
    }

    private void close(boolean cut) {
        boolean closed = false;
        for (int tries = 0; !closed && tries < TRIES; tries++) {
            try {
                if (!cut) {
                    output.close();
                }
                connection.close();
                closed = true;
            } catch (Throwable e) {
                // an error of the JVM
            }
        }
    }
}
