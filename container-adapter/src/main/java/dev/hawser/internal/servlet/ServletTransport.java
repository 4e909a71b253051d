package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} on the two streams of an upgraded request, in their non-blocking mode (Servlet 6.0, 2.3.3.5):
 * Tomcat, Undertow and whatever else keeps to the Servlet API. This class is the connection and its reading; writing is
 * {@link ServletOutput}'s.
 *
 * <p>The streams tell once that they have become ready, and {@code isReady} both asks and re-arms. A demand is kept
 * until data and demand are both there, and {@link #serve} calls the listener then, on one thread at a time.
 */
final class ServletTransport implements Transport {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How long a thread that tells of unwanted data waits before it tells again, in nanoseconds. */
    private static final long PAUSE = 5_000_000;

    private final TransportListener listener;
    private final NativeConnection connection;
    private final Peers peers;

    /**
     * Guards what says so, and every call of the streams but reading, since containers do not synchronize their state.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private final ServletOutput output = new ServletOutput(lock);
    private final Condition demanded = lock.newCondition();

    /** Whether onClosed was told. */
    private final AtomicBoolean closed = new AtomicBoolean();

    // Guarded by lock.
    private boolean demand;

    /** Whether a thread is in the listener; true until onOpen has returned. Guarded by lock. */
    private boolean serving = true;

    /** Whether the container told of data, and nobody wanted it. Guarded by lock. */
    private boolean unwanted;

    /** Set before the container calls any listener. */
    private volatile @Nullable ServletInputStream input;

    /** The end of the stream, or what broke it; the next read tells it. */
    private volatile boolean ended;

    private volatile @Nullable Throwable readFailure;

    /** What an upgrade knows before there is a connection: who is at its ends. */
    record Peers(@Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {}

    ServletTransport(TransportListener listener, NativeConnection connection, Peers peers) {
        this.listener = listener;
        this.connection = connection;
        this.peers = peers;
    }

    /** Runs once, on the container's thread, after the response to the opening handshake was sent. */
    void open(WebConnection upgraded) throws IOException {
        boolean ready = false;
        try {
            connection.open(upgraded);
            ServletInputStream in = upgraded.getInputStream();
            input = in;
            // The order matters: Tomcat's output has to be non-blocking before any data can be answered.
            output.open(upgraded.getOutputStream(), new WriteEvents());
            in.setReadListener(new ReadEvents());
            ready = true;
        } finally {
            if (!ready) {
                destroyed(); // not every container calls destroy if init throws
            }
        }
        // Bytes behind the handshake are the container's to hand out: they are read like all others.
        boolean opened = false;
        try {
            listener.onOpen(this, NOTHING.duplicate());
            opened = true;
        } finally {
            if (!opened) {
                abort(); // not every container closes the connection if init throws
            }
        }
        lock.lock();
        try {
            serving = false;
        } finally {
            lock.unlock();
        }
        serve();
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        ServletInputStream in = input;
        if (in == null || closed.get()) {
            throw new ClosedChannelException();
        }
        if (ended || readFailure != null || !in.isReady() || ended || readFailure != null) { // asking may meet the end
            throwIfFailed();
            return ended || in.isFinished() ? -1 : 0;
        }
        makeRoom(unread);
        int at = unread.limit();
        int room = unread.capacity() - at;
        byte[] bytes = unread.hasArray() ? unread.array() : new byte[room]; // servlet streams know arrays only
        int offset = unread.hasArray() ? unread.arrayOffset() + at : 0;
        int count;
        try {
            count = in.read(bytes, offset, room);
        } catch (EOFException e) {
            count = -1;
        } catch (IllegalStateException e) {
            throw new IOException("The container refuses to read: " + e.getMessage(), e);
        }
        if (count > 0) {
            unread.limit(at + count);
            if (!unread.hasArray()) {
                unread.put(at, bytes, 0, count);
            }
        }
        return count;
    }

    private static void makeRoom(ByteBuffer unread) {
        if (!unread.hasRemaining()) {
            unread.clear().flip();
        } else if (unread.limit() == unread.capacity()) {
            unread.compact().flip();
        }
    }

    private void throwIfFailed() throws IOException {
        Throwable failure = readFailure;
        if (failure != null) {
            throw new IOException("The connection failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void demandRead() {
        boolean over = ended || readFailure != null; // the container has nothing more to tell of
        lock.lock();
        try {
            demand = true;
            demanded.signal();
            // The serving thread looks again, and the container calls when there is something. Where it goes on
            // calling, its threads
            // may be in the stream at any time, without a lock: no other thread may even ask for readiness.
            if (serving || !(over || (connection.repeatsDataEvents() ? unwanted : isReadable()))) {
                return;
            }
            unwanted = false;
        } finally {
            lock.unlock();
        }
        // Never in the caller's stack: it may be the listener's own turn.
        try {
            if (over) {
                connection.execute(this::serve);
            } else {
                connection.repeatDataEvent(this::serve);
            }
        } catch (RejectedExecutionException e) {
            // The server has stopped, and its connections with it.
        }
    }

    /** Calls the listener as long as it asks and there is something to read, unless another thread is doing so. */
    private void serve() {
        lock.lock();
        try {
            if (serving) {
                return;
            }
            serving = true;
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            while (takeDemand()) {
                listener.onReadable();
            }
            done = true;
        } finally {
            if (!done) {
                abort(); // the Java machine threw, and nobody would ever read again
            }
        }
    }

    private boolean takeDemand() {
        lock.lock();
        try {
            serving = demand && !closed.get() && isReadable();
            if (serving) {
                demand = false;
            }
            return serving;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a read tells something. If not, asking has re-armed the container. The caller holds the lock. */
    private boolean isReadable() {
        ServletInputStream in = input;
        return in != null && (ended || readFailure != null || in.isReady() || ended || readFailure != null);
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        output.write(completion, buffers);
    }

    @Override
    public void shutdownOutput() {
        runClosing(() -> {
            output.close();
            connection.shutdownOutput();
        });
    }

    @Override
    public void close() {
        end(output.isWriting()); // nobody waits for the rest of an outstanding write
    }

    @Override
    public void abort() {
        end(true);
    }

    /** The listener is told no cause: who ends a connection from this side knows why. */
    private void end(boolean cut) {
        if (closed.compareAndSet(false, true)) {
            output.fail(new IOException("The connection was closed from this side"));
            runClosing(() -> takeDown(cut));
            listener.onClosed(null);
        }
    }

    private void takeDown(boolean cut) {
        if (!cut) {
            output.close();
        }
        connection.close();
    }

    private void runClosing(Runnable task) {
        try {
            connection.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // the threads are gone, and with them what the task must not meet
        }
    }

    /** The container has closed the connection. */
    void destroyed() {
        if (closed.compareAndSet(false, true)) {
            Throwable failure = readFailure;
            Throwable cause = failure == null ? new IOException("The connection was closed by the container") : failure;
            output.fail(cause);
            listener.onClosed(ended ? null : cause);
        }
    }

    @Override
    public boolean isSecure() {
        return peers.secure();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return peers.remote();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return peers.local();
    }

    /**
     * Called by the container's threads; those of Tomcat run one at a time for a connection, reading and writing
     * together.
     */
    private final class ReadEvents implements ReadListener {
        @Override
        public void onDataAvailable() {
            serve();
            if (connection.repeatsDataEvents()) {
                awaitDemand();
            }
        }

        @Override
        public void onAllDataRead() {
            ended = true;
            serveUnlessAsked();
        }

        @Override
        public void onError(Throwable failure) {
            // Tomcat's way to tell the end of the stream if it meets it outside of a read.
            if (failure instanceof EOFException) {
                ended = true;
            } else {
                readFailure = failure;
            }
            serveUnlessAsked();
        }

        /**
         * A container may tell in the middle of its answer whether it is ready: then isReadable has asked, and looks.
         */
        private void serveUnlessAsked() {
            if (!lock.isHeldByCurrentThread()) {
                serve();
            }
        }
    }

    /**
     * Tomcat polls again for data that was left unread in the socket as soon as this thread returns, and so would call
     * without a pause while the session is not to read. So the thread waits for the demand a little; not for long,
     * since Tomcat's write events wait behind it. What Tomcat has taken from the socket into its own buffer it does not
     * poll for: of that it has to be reminded when the demand comes.
     */
    private void awaitDemand() {
        lock.lock();
        try {
            long nanos = PAUSE;
            while (!demand && !serving && !closed.get() && nanos > 0) {
                nanos = demanded.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the container's, which only shortens the wait
        } finally {
            unwanted = !demand;
            lock.unlock();
        }
        serve();
    }

    private final class WriteEvents implements WriteListener {
        @Override
        public void onWritePossible() {
            output.writable();
        }

        @Override
        public void onError(Throwable failure) {
            output.containerFailed(failure);
        }
    }
}
