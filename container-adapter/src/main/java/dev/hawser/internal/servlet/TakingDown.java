package dev.hawser.internal.servlet;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes an upgraded connection from this side, once, on a thread that may do so. Where there is no memory for it, it
 * is tried again: nobody else would close the socket. Thread-safe.
 */
final class TakingDown {
    /** After so many the socket is left to its peer. Each of them has the collector look for memory. */
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
     * @param cut without what the stream still holds
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

    /** The container has closed the connection. */
    void isDone() {
        begun.set(true);
    }

    /** Runs what closes the connection, or one direction of it, outside of the caller's stack. */
    void run(Runnable task) {
        try {
            connection.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // the threads are gone, and with them what the task must not meet
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
                // of the Java machine
            }
        }
    }
}
