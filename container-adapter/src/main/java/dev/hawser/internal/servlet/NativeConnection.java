package dev.hawser.internal.servlet;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the Servlet API lacks for an upgraded connection, and containers do each in their own way: to cut it, to end one
 * direction, and a thread for what must not run in the caller's stack. The class itself is the fall-back that keeps to
 * the Servlet API.
 */
interface NativeConnection {
    Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Called before the streams of the connection are used. */
    void open(WebConnection connection);

    /**
     * Whether the container goes on to tell of data that it has told of and that was left unread; then only its own
     * threads may read.
     */
    boolean repeatsDataEvents();

    /**
     * Runs a task outside of the caller's stack, on a thread that may use the connection. Tasks may overtake one
     * another.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the threads have ended
     */
    void execute(Runnable task);

    /**
     * Calls for data that was left unread once more: on a thread of its own the container where it repeats such events,
     * the task where not.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the threads have ended
     */
    default void repeatDataEvent(Runnable task) {
        execute(task);
    }

    /** Sends the end of the stream, where closing the output stream does not. */
    void shutdownOutput();

    /** Closes the connection without waiting for anything; further calls do nothing. */
    void close();

    /** Nothing but the Servlet API. */
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
            closeQuietly(connection); // may block, but only one of our own threads
        }
    }

    /** Whatever goes wrong: the connection is of no more use. */
    static void closeQuietly(@Nullable AutoCloseable target) {
        try {
            if (target != null) {
                target.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "The connection was gone before it was closed", e);
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "The container did not close a connection in order", e);
        }
    }
}
