package dev.hawser.internal.undertow;

import static java.lang.System.Logger.Level.ERROR;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.servlet.NativeUpgrade;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.SocketTransport;
import dev.hawser.internal.transport.TransportListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.servlet.spec.HttpServletRequestImpl;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * Takes the connection of a request from Undertow as it is, plain or with TLS, and serves it on its own I/O thread (ADR
 * 017). By the streams of the Servlet API each write would be copied, and the session would open on a worker.
 */
public final class UndertowUpgrade implements NativeUpgrade {
    private static final LimitedLog ERRORS = new LimitedLog("dev.hawser.connection");
    private static final String NOT_TAKEN =
            LimitedLog.prepared("A connection was cut because it could not be taken over from Undertow");

    /** For {@code HookLinker}. */
    public UndertowUpgrade() {}

    /**
     * Undertow switches when the response is complete, if its status is still 101.
     *
     * @throws IllegalStateException if the request is not one of Undertow's, or its connection cannot be given away
     */
    @Override
    public void upgrade(
            HttpServletRequest request, TransportListener listener, Peers peers, Supplier<HttpUpgradeHandler> unused) {
        exchangeOf(request).upgradeChannel(new Takeover(listener, peers));
    }

    /** What is to be done with the connection. Undertow keeps this object, so it lets go of what it has given away. */
    private static final class Takeover implements HttpUpgradeListener {
        private @Nullable TransportListener listener;
        private @Nullable Peers peers;

        Takeover(TransportListener listener, Peers peers) {
            this.listener = listener;
            this.peers = peers;
        }

        /** Called once, when the response is written. */
        @Override
        public void handleUpgrade(StreamConnection connection, HttpServerExchange exchange) {
            TransportListener given = listener;
            Peers known = peers;
            listener = null;
            peers = null;
            if (given == null || known == null) {
                return;
            }
            try {
                connection.getIoThread().execute(() -> take(connection, exchange, given, known));
            } catch (RejectedExecutionException e) { // the server has stopped
                notTaken(connection, given, e);
            }
        }
    }

    private static HttpServerExchange exchangeOf(HttpServletRequest request) {
        ServletRequest bare = request;
        while (bare instanceof ServletRequestWrapper wrapper) {
            bare = wrapper.getRequest();
        }
        if (bare instanceof HttpServletRequestImpl known) {
            return known.getExchange();
        }
        throw new IllegalStateException("A request of " + bare.getClass().getName()
                + " is not one of Undertow's; wrap requests in an HttpServletRequestWrapper");
    }

    /** On the I/O thread, since the close listeners of a connection have no lock. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failed opening tells the listener
    private static void take(
            StreamConnection connection, HttpServerExchange exchange, TransportListener listener, Peers peers) {
        try {
            IoThreadPlace place = new IoThreadPlace(connection);
            SocketTransport transport = SocketTransport.on(place, place.wire(), peers);
            exchange.getConnection().addCloseListener(closed -> place.closed());
            // Undertow keeps the bytes behind the handshake, so they are read like all others.
            transport.start(listener, ByteBuffer.allocate(0), () -> {});
            if (!connection.isOpen()) {
                place.closed(); // before the listener was added
            }
        } catch (Throwable e) { // an error of the JVM, too: the thread serves others
            notTaken(connection, listener, e);
        }
    }

    private static void notTaken(StreamConnection connection, TransportListener listener, Throwable cause) {
        try {
            IoUtils.safeClose(connection);
            listener.onClosed(cause);
        } catch (Throwable e) {
            // the session's deadline for opening ends it
        }
        if (!(cause instanceof IOException || cause instanceof RejectedExecutionException)) {
            ERRORS.logIfPossible(ERROR, NOT_TAKEN, cause);
        }
    }

    /** Does nothing: the threads are Undertow's. */
    @Override
    public void end() {}
}
