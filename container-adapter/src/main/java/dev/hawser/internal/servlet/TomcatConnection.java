package dev.hawser.internal.servlet;

import jakarta.servlet.http.WebConnection;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat closes an upgraded connection when one of its threads returns from a callback and finds both streams closed.
 * After a close by another thread the socket would stay open until the peer sends something. So the socket is taken
 * from the stream's field {@code socketWrapper}, and closed as Tomcat's own WebSocket does it.
 */
final class TomcatConnection implements NativeConnection {
    private static final String STREAM = "org.apache.coyote.http11.upgrade.UpgradeServletOutputStream";

    private final Executor executor;

    /**
     * Connection and socket are set once, before the streams are used. The socket is null if Tomcat is not built as
     * expected.
     */
    private volatile @Nullable WebConnection connection;

    private volatile @Nullable AutoCloseable socket;

    TomcatConnection(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void open(WebConnection opened) {
        connection = opened;
        try {
            socket = wrapperOf(opened.getOutputStream());
        } catch (Exception | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "This Tomcat is not built as Hawser expects, so a connection that Hawser closes ends only"
                            + " when the peer closes it too",
                    e);
        }
    }

    private static Object fieldOf(Object target, String name) throws ReflectiveOperationException {
        Field field =
                Class.forName(STREAM, false, target.getClass().getClassLoader()).getDeclaredField(name);
        field.setAccessible(true);
        return field.get(target);
    }

    private static AutoCloseable wrapperOf(OutputStream stream) throws ReflectiveOperationException {
        return new SocketOf(fieldOf(stream, "socketWrapper"));
    }

    /** True, because Tomcat polls again after each data event (AbstractProtocol.ConnectionHandler.longPoll). */
    @Override
    public boolean repeatsDataEvents() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Does what Tomcat's own WebSocket does after a pause. Without the socket it can only run the task. */
    @Override
    public void repeatDataEvent(Runnable task) {
        if (!(socket instanceof SocketOf known) || !known.processRead()) {
            execute(task);
        }
    }

    /** Ends the socket's output, because closing the stream only marks it closed. */
    @Override
    public void shutdownOutput() {
        if (socket instanceof SocketOf known) {
            known.shutdownOutput();
        }
    }

    @Override
    public void close() {
        NativeConnection.closeQuietly(connection);
        NativeConnection.closeQuietly(socket);
    }

    /** Tomcat's SocketWrapperBase. */
    private record SocketOf(Object wrapper) implements AutoCloseable {
        /**
         * Waits for the thread that uses the connection at the moment, which {@link ServletTransport} lets return.
         * Otherwise Tomcat would put the processor of the closed connection among its waiting ones, and keep it and the
         * application for ever.
         */
        @Override
        public void close() throws Exception {
            Lock inUse = PublicMethod.callForNull(wrapper, "getLock") instanceof Lock lock ? lock : new ReentrantLock();
            inUse.lock();
            try {
                PublicMethod.callForNull(wrapper, "close");
            } finally {
                inUse.unlock();
            }
        }

        /**
         * Makes a thread of Tomcat process the socket as if it had become readable; returns false if this Tomcat
         * cannot.
         */
        boolean processRead() {
            try {
                Class<?> events = Class.forName(
                        "org.apache.tomcat.util.net.SocketEvent",
                        false,
                        wrapper.getClass().getClassLoader());
                MethodHandles.publicLookup()
                        .unreflect(wrapper.getClass().getMethod("processSocket", events, boolean.class))
                        .invoke(wrapper, events.getField("OPEN_READ").get(null), true);
                return true;
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "Tomcat could not be asked to report bytes that it has already read", e);
                return false;
            } catch (Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        void shutdownOutput() {
            try {
                Object channel = PublicMethod.callForNull(wrapper, "getSocket");
                if (channel != null && PublicMethod.callForNull(channel, "getIOChannel") instanceof SocketChannel tcp) {
                    tcp.shutdownOutput();
                }
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "The output of a connection could not be shut down", e);
            }
        }
    }
}
