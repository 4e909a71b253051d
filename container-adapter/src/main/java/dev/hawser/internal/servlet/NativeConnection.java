package dev.hawser.internal.servlet;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an upgraded connection needs and the Servlet API lacks: cutting it, ending one direction, and a thread for tasks
 * that must not run in the caller's stack. Each container does it in its own way; {@link Portable} is for containers
 * that are not known.
 */
interface NativeConnection {
    Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Called before the streams of the connection are used. */
    void open(WebConnection connection);

    /** Whether the container calls again for data that was left unread; then only its own threads may read. */
    boolean repeatsDataEvents();

    /**
     * Runs a task outside the caller's stack, on a thread that may use the connection. Tasks may overtake one another.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the threads have ended
     */
    void execute(Runnable task);

    /**
     * Makes the container call again for data that was left unread; if it does not repeat such events, runs the task
     * instead.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the threads have ended
     */
    default void repeatDataEvent(Runnable task) {
        execute(task);
    }

    /** Sends the end of the stream, if closing the output stream does not do that. */
    void shutdownOutput();

    /** Closes the connection without waiting for anything; further calls do nothing. */
    void close();

    /** Uses only the Servlet API. */
    final class Portable implements NativeConnection {
        private final Executor executor;
        private volatile @Nullable WebConnection connection;

        Portable(Executor executor) {
            this.executor = executor;
        }

        @Override
        public void open(WebConnection opened) {
            connection = opened;
        }

        @Override
        public boolean repeatsDataEvents() {
            return false;
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {
            closeQuietly(connection); // may block, but only a thread of ours
        }
    }

    /** Closes and ignores exceptions, because the connection is not needed any more. */
    static void closeQuietly(@Nullable AutoCloseable target) {
        try {
            if (target != null) {
                target.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A connection had already ended when it was closed", e);
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "The container threw when it closed a connection", e);
        }
    }
}
