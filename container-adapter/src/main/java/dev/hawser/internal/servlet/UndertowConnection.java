package dev.hawser.internal.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.WebConnection;
import java.io.Closeable;
import java.util.concurrent.Executor;

/**
 * Undertow's streams have no lock, and its WebConnection.close blocks until all is sent. So everything that is not a
 * write happens on the connection's I/O thread, and closing is done to the connection itself: both are reached from the
 * request by Undertow's public methods.
 */
final class UndertowConnection implements NativeConnection {
    private final Executor ioThread;
    private final Closeable connection;

    private UndertowConnection(Executor ioThread, Closeable connection) {
        this.ioThread = ioThread;
        this.connection = connection;
    }

    /** @throws IllegalStateException if the request is not one of Undertow's */
    static UndertowConnection of(HttpServletRequest request) {
        ServletRequest bare = request;
        while (bare instanceof ServletRequestWrapper wrapper) {
            bare = wrapper.getRequest();
        }
        try {
            Object exchange = PublicMethod.call(bare, "getExchange");
            return new UndertowConnection((Executor) PublicMethod.call(exchange, "getIoThread"), (Closeable)
                    PublicMethod.call(exchange, "getConnection"));
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalStateException(
                    "A request of " + bare.getClass().getName()
                            + " is not one of Undertow's; wrap requests in an HttpServletRequestWrapper",
                    e);
        }
    }

    @Override
    public void open(WebConnection opened) {}

    @Override
    public boolean repeatsDataEvents() {
        return false;
    }

    @Override
    public void execute(Runnable task) {
        ioThread.execute(task);
    }

    /** Closing the stream has sent it. */
    @Override
    public void shutdownOutput() {}

    /** Undertow's own close listener then tries to send what the stream still holds, and XNIO logs that it failed. */
    @Override
    public void close() {
        NativeConnection.closeQuietly(connection);
    }
}
