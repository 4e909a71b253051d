package dev.hawser.internal.jetty;

import static java.lang.System.Logger.Level.ERROR;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.EventListener;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} on a Jetty {@link EndPoint}: a plain socket, TLS, or the stream of an HTTP/2 tunnel (RFC 8441).
 * It is also the {@link Connection} with which Jetty replaces its HTTP connection after it has written the response to
 * the opening handshake.
 *
 * <p>Its callbacks are {@code NON_BLOCKING}, so Jetty runs them on the selector thread that saw the bytes and wakes no
 * other thread: measured, that halves the CPU time of a message. A read or a write allocates nothing.
 */
final class JettyTransport implements Transport, Connection, Connection.UpgradeTo {
    private static final AtomicIntegerFieldUpdater<JettyTransport> CLOSED =
            AtomicIntegerFieldUpdater.newUpdater(JettyTransport.class, "closed");

    /** Jetty's own base class counts none, either. */
    private static final long UNKNOWN = -1;

    private static final LimitedLog ERRORS = new LimitedLog("dev.hawser.connection");
    private static final String NOT_TOLD = LimitedLog.prepared("The listeners of a connection were not told its end");
    private static final String CUT = LimitedLog.prepared("A connection was cut after an error in a thread of Jetty");

    private final EndPoint endPoint;
    private final Executor executor;
    private final long created = System.currentTimeMillis();
    /** Replaced with the monitor held, since Jetty may add and remove on any thread. */
    private volatile Connection.Listener[] listeners = JettyListeners.NOBODY;
    /**
     * The channel of a plain socket, otherwise null. A single buffer is written to it directly: the end point would use
     * a gathering write ({@code writev}), which costs a tenth of a small message.
     */
    private final @Nullable SocketChannel channel;

    /** The addresses as of the opening: onClose may ask for them, and a closed end point has none. */
    private final @Nullable SocketAddress local;

    private final @Nullable SocketAddress remote;

    private final TransportListener listener;
    private final Fillable fillable = new Fillable();
    private final Flushed flushed = new Flushed();

    /** 1 if the listener was told of the end. Changed through {@link #CLOSED}. */
    private volatile int closed;

    /**
     * The bytes that arrived behind the request head. Set before {@link #onOpen}, by the same thread; empty after it.
     */
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    /** Whether this side called {@link #close()}. */
    private volatile boolean closedHere;

    /** Why a demand failed while the end point was still open; the next read throws it. */
    private volatile @Nullable Throwable readFailure;

    JettyTransport(EndPoint endPoint, Executor executor, TransportListener listener) {
        this.endPoint = endPoint;
        this.executor = executor;
        // Not for a subclass of the end point, which may need to see what is written.
        this.channel = endPoint.getClass() == SocketChannelEndPoint.class
                        && endPoint.getTransport() instanceof SocketChannel plain
                ? plain
                : null;
        this.local = endPoint.getLocalSocketAddress();
        this.remote = endPoint.getRemoteSocketAddress();
        this.listener = listener;
    }

    @Override
    public void onUpgradeTo(ByteBuffer unconsumed) {
        early = unconsumed;
    }

    /**
     * Called if another response was sent, or if it could not be written: Jetty then neither opens nor closes this
     * connection.
     */
    void neverOpens(@Nullable Throwable failure) {
        tellClosed(failure);
    }

    /** Called once, on the thread that completed the handshake's response. */
    @Override
    public void onOpen() {
        ByteBuffer unconsumed = early;
        early = BufferUtil.EMPTY_BUFFER;
        try {
            JettyListeners.opened(listeners, this);
            // The connector's idle timeout, 30 s by default, would end silent connections; the session has its own
            // (Session.setMaxIdleTimeout).
            endPoint.setIdleTimeout(0);
            listener.onOpen(this, unconsumed);
        } catch (Throwable e) { // an error of the JVM
            fail(e);
            return;
        }
        if (!endPoint.isOpen()) {
            // Closed before Jetty knew this connection, so Jetty told the HTTP connection.
            tellClosed(new ClosedChannelException());
        }
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        Throwable failure = readFailure;
        if (failure != null) {
            throw new IOException("The connection failed: " + failure.getMessage(), failure);
        }
        return channel == null ? endPoint.fill(unread) : readSocket(channel, unread);
    }

    @Override
    public boolean mayBeReadAnywhere() {
        return channel != null; // TLS and HTTP/2 have what has arrived in the end point
    }

    /** Reads the socket directly, because the end point reports a reset as an orderly end of the stream. */
    private int readSocket(SocketChannel plain, ByteBuffer unread) throws IOException {
        int position = BufferUtil.flipToFill(unread);
        int count;
        try {
            count = plain.read(unread);
        } finally {
            BufferUtil.flipToFlush(unread, position);
        }
        return count < 0 ? endPoint.fill(unread) : count; // the end point must also see the end
    }

    @Override
    public void demandRead() {
        endPoint.tryFillInterested(fillable);
        if (!endPoint.isOpen()) {
            forget(endPoint); // closed before the demand, so nobody would end it
        }
    }

    /**
     * Drops the demand of a closed end point. Its selector may keep the end point for long, and the demand would keep
     * the application.
     */
    private static void forget(EndPoint gone) {
        if (gone instanceof AbstractEndPoint known) {
            known.getFillInterest().onClose();
        }
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        if (channel != null && buffers.length == 1) {
            ByteBuffer only = buffers[0];
            try {
                channel.write(only);
            } catch (IOException e) {
                completion.failed(e);
                return;
            }
            if (!only.hasRemaining()) {
                completion.written();
                return;
            }
        }
        flushed.completion = completion;
        endPoint.write(flushed, buffers);
    }

    @Override
    public void shutdownOutput() {
        endPoint.shutdownOutput();
    }

    /**
     * A method of Transport and of Connection: Jetty calls it for the connections that a stopping connector still has.
     */
    @Override
    public void close() {
        closedHere = true;
        close(endPoint, null);
    }

    @Override
    public void abort() {
        IOException aborted = new IOException("The connection was aborted from this side");
        if (endPoint instanceof SslConnection.SslEndPoint tls) {
            // The socket first: closing only the TLS end point would still try to send its data and a close_notify.
            close(tls.getSslConnection().getEndPoint(), aborted);
        }
        close(endPoint, aborted);
    }

    /**
     * An error of the JVM came out of the listener. It ends this connection and goes no further: the thread is Jetty's
     * and serves others. Jetty would log what it gets, and where there is no memory for that, its selector selects no
     * more. Never throws.
     */
    private void fail(Throwable cause) {
        try {
            abort();
        } catch (Throwable e) {
            // the session's end tries again
        }
        try {
            tellClosed(cause);
        } catch (Throwable e) {
            // the session was told, and tries again what has thrown
        }
        ERRORS.logIfPossible(ERROR, CUT, cause);
    }

    private void close(EndPoint target, @Nullable Throwable cause) {
        try {
            target.close(cause);
        } catch (RejectedExecutionException e) {
            // The connector's threads have ended, so Jetty cannot call onClose.
            tellClosed(cause);
        }
    }

    /**
     * Detaches from the end point: the selector may keep the closed end point until it next wakes, and it would keep
     * this object and the application.
     */
    @Override
    public void onClose(@Nullable Throwable cause) {
        try {
            JettyListeners.closed(listeners, this);
        } catch (Error e) { // no stack for it: the session is told all the same
            ERRORS.logIfPossible(ERROR, NOT_TOLD, e);
        }
        endedWith(cause);
        if (endPoint.getConnection() == this) {
            endPoint.setConnection(null);
        }
    }

    /** Calls {@link #tellClosed} in a thread of Jetty, and never throws. */
    private void endedWith(@Nullable Throwable cause) {
        try {
            tellClosed(cause);
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void tellClosed(@Nullable Throwable cause) {
        if (closed == 0 && CLOSED.compareAndSet(this, 0, 1)) {
            listener.onClosed(closedHere ? null : cause);
        }
    }

    /** The connection stays open, because the session handles idle connections. */
    @Override
    public boolean onIdleExpired(TimeoutException expired) {
        return false;
    }

    @Override
    public boolean isSecure() {
        return endPoint.isSecure();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return local;
    }

    // What else Jetty demands of a connection. Its base class holds a hundred bytes more, for a read callback that is
    // not used here and a list of listeners that is mostly empty.

    @Override
    public EndPoint getEndPoint() {
        return endPoint;
    }

    @Override
    public long getCreatedTimeStamp() {
        return created;
    }

    @Override
    public synchronized void addEventListener(EventListener added) {
        listeners = JettyListeners.with(listeners, added);
    }

    @Override
    public synchronized void removeEventListener(EventListener removed) {
        listeners = JettyListeners.without(listeners, removed);
    }

    @Override
    public long getMessagesIn() {
        return UNKNOWN;
    }

    @Override
    public long getMessagesOut() {
        return UNKNOWN;
    }

    @Override
    public long getBytesIn() {
        return UNKNOWN;
    }

    @Override
    public long getBytesOut() {
        return UNKNOWN;
    }

    /** For Jetty's dumps. Without the end point, whose own text has this one. */
    @Override
    public String toString() {
        return "JettyTransport of " + remote + (closed == 0 ? "" : ", closed");
    }

    /** The callback of a demand for reading. */
    private final class Fillable implements Callback {
        @Override
        public void succeeded() {
            try {
                listener.onReadable();
            } catch (Throwable e) { // an error of the JVM: nobody would ever read again
                fail(e);
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (endPoint.isOpen()) {
                readFailure = cause;
                succeeded();
                return;
            }
            // Jetty usually calls onClose, too, but not if the end point was closed before it knew this connection. It
            // runs on another thread, because the caller of close() may hold a lock.
            try {
                executor.execute(() -> tellClosed(cause));
            } catch (Throwable e) { // rejected, or there is no memory or no thread for it
                endedWith(cause);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /** The callback of the one outstanding write. */
    private final class Flushed implements Callback {
        /**
         * Set before a write and taken at its end. The state of Jetty's WriteFlusher makes the first visible to the
         * second.
         */
        private @Nullable WriteCompletion completion;

        @Override
        public void succeeded() {
            WriteCompletion ended = take();
            try {
                if (ended != null) {
                    ended.written();
                }
            } catch (Throwable e) { // an error of the JVM, after which no event would come to write again
                fail(e);
            }
        }

        @Override
        public void failed(Throwable cause) {
            WriteCompletion ended = take();
            try {
                if (ended != null) {
                    ended.failed(cause);
                }
            } catch (Throwable e) {
                fail(e);
            }
        }

        /** Taken before it is called, because the completion may start the next write. */
        private @Nullable WriteCompletion take() {
            WriteCompletion ended = completion;
            completion = null;
            return ended;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
