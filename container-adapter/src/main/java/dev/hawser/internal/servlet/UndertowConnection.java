package dev.hawser.internal.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.WebConnection;
import java.io.Closeable;
import java.util.concurrent.Executor;

/**
 * Undertow's streams have no lock, and its WebConnection.close blocks until everything is sent. So everything except
 * writing runs on the connection's I/O thread, and the connection itself is closed. Both come from the request, by
 * Undertow's public methods.
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

    /** Does nothing, since closing the stream has sent the end. */
    @Override
    public void shutdownOutput() {}

    /** After this Undertow's close listener tries to send the rest of the stream, and XNIO logs that this failed. */
    @Override
    public void close() {
        NativeConnection.closeQuietly(connection);
    }
}
