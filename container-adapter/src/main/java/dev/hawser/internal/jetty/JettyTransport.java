package dev.hawser.internal.jetty;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
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
 * It is also the {@link Connection} that Jetty puts in the place of its HTTP connection when the response to the
 * opening handshake has been written.
 *
 * <p>Its callbacks say {@code NON_BLOCKING}, so Jetty runs them on the selector thread that saw the bytes and wakes no
 * other thread for them: measured, that halves the CPU of a message. Nothing is allocated for a read or a write.
 */
final class JettyTransport extends AbstractConnection implements Transport, Connection.UpgradeTo {
    private final EndPoint endPoint;
    /**
     * The channel of a plain socket, else null. What fits into the socket's buffer is written to it directly: the end
     * point would gather a single buffer as if it were many ({@code writev}), which costs a tenth of a small message.
     */
    private final @Nullable SocketChannel channel;

    /** Of the open connection: onClose may ask, when the end point has none any more. */
    private final @Nullable SocketAddress local;

    private final @Nullable SocketAddress remote;

    private final TransportListener listener;
    private final Fillable fillable = new Fillable();
    private final Flushed flushed = new Flushed();

    /** Whether onClosed was told. */
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What followed the request head in the same packet. Set before {@link #onOpen}, by the same thread; empty after
     * it.
     */
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    /** Whether this side closed in order. */
    private volatile boolean closedHere;

    /** What ended a demand while the end point was still open; the next read tells it. */
    private volatile @Nullable Throwable readFailure;

    JettyTransport(EndPoint endPoint, Executor executor, TransportListener listener) {
        super(endPoint, executor);
        this.endPoint = endPoint;
        // Not of a subclass, which may want to see what is written.
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
     * The response was another one, or could not be written: this connection is never opened, and so never closed by
     * Jetty.
     */
    void neverOpens(@Nullable Throwable failure) {
        tellClosed(failure);
    }

    /** Runs once, on the thread that completed the handshake's response. */
    @Override
    public void onOpen() {
        super.onOpen();
        // The connector's timeout, 30 s by default, would end silent connections; the session has its own
        // (Session.setMaxIdleTimeout).
        endPoint.setIdleTimeout(0);
        ByteBuffer unconsumed = early;
        early = BufferUtil.EMPTY_BUFFER;
        try {
            listener.onOpen(this, unconsumed);
        } catch (Throwable e) { // of the Java machine
            fail(e);
            throw e;
        }
        if (!endPoint.isOpen()) {
            // Closed before Jetty knew of this connection: it told the HTTP connection instead.
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

    /** The end point would tell a reset as the end of the stream, which a peer that leaves in order sends. */
    private int readSocket(SocketChannel plain, ByteBuffer unread) throws IOException {
        int position = BufferUtil.flipToFill(unread);
        int count;
        try {
            count = plain.read(unread);
        } finally {
            BufferUtil.flipToFlush(unread, position);
        }
        return count < 0 ? endPoint.fill(unread) : count; // the end is the end point's to note
    }

    @Override
    public void demandRead() {
        endPoint.tryFillInterested(fillable);
        if (!endPoint.isOpen()) {
            forget(endPoint); // closed before the demand, which nobody would end any more
        }
    }

    /** A closed end point may be held for long by its selector, and must not hold the application then. */
    private static void forget(EndPoint gone) {
        if (gone instanceof AbstractEndPoint known) {
            known.getFillInterest().onClose();
        }
    }

    /** Part of Jetty's Connection; not used by the callbacks, so that they have one frame less. */
    @Override
    public void onFillable() {
        listener.onReadable();
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

    /** Both Transport's and Connection's: Jetty calls it when it closes what a stopping connector still has. */
    @Override
    public void close() {
        closedHere = true;
        close(endPoint, null);
    }

    @Override
    public void abort() {
        IOException aborted = new IOException("The connection was aborted from this side");
        if (endPoint instanceof SslConnection.SslEndPoint tls) {
            // The socket first: closing the TLS end point alone would still try to send what it holds, and a
            // close_notify.
            close(tls.getSslConnection().getEndPoint(), aborted);
        }
        close(endPoint, aborted);
    }

    private void fail(Throwable cause) {
        try {
            abort();
        } finally {
            tellClosed(cause);
        }
    }

    private void close(EndPoint target, @Nullable Throwable cause) {
        try {
            target.close(cause);
        } catch (RejectedExecutionException e) {
            // The connector's threads are gone, so Jetty cannot tell us.
            tellClosed(cause);
        }
    }

    /**
     * The selector may hold the closed end point until it next has something to do; this, and so the application, is
     * not to be with it.
     */
    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        tellClosed(cause);
        if (endPoint.getConnection() == this) {
            endPoint.setConnection(null);
        }
    }

    private void tellClosed(@Nullable Throwable cause) {
        if (closed.compareAndSet(false, true)) {
            listener.onClosed(closedHere ? null : cause);
        }
    }

    /** Idle connections are the session's business: stay open. */
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

    /** The end of a demand for reading. */
    private final class Fillable implements Callback {
        @Override
        public void succeeded() {
            try {
                listener.onReadable();
            } catch (Throwable e) { // of the Java machine: nobody would ever read again
                fail(e);
                throw e;
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (endPoint.isOpen()) {
                readFailure = cause;
                listener.onReadable();
                return;
            }
            // Jetty tells onClose, too, but not if the end point was closed before this connection became its own.
            // Never in the stack of
            // our own close(): the caller may hold a lock.
            try {
                getExecutor().execute(() -> tellClosed(cause));
            } catch (RejectedExecutionException e) {
                tellClosed(cause);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /** The end of the one outstanding write. */
    private static final class Flushed implements Callback {
        /** Set before a write and taken at its end; the state of Jetty's WriteFlusher orders the two. */
        private @Nullable WriteCompletion completion;

        @Override
        public void succeeded() {
            WriteCompletion ended = take();
            if (ended != null) {
                ended.written();
            }
        }

        @Override
        public void failed(Throwable cause) {
            WriteCompletion ended = take();
            if (ended != null) {
                ended.failed(cause);
            }
        }

        /** Taken first: the completion may start the next write before it returns. */
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
