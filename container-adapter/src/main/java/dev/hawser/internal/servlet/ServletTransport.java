package dev.hawser.internal.servlet;

import static java.lang.System.Logger.Level.ERROR;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
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
 * A {@link Transport} on the two non-blocking streams of an upgraded request (Servlet 6.0, 2.3.3.5), for Tomcat,
 * Undertow and every container that implements the Servlet API. This class opens, serves and closes; {@link
 * ServletInput} reads, {@link ServletOutput} writes.
 *
 * <p>A stream calls once when it becomes ready; {@code isReady} asks, and makes the stream call again. A demand is kept
 * until there is data; then {@link #serve} calls the listener, on one thread at a time.
 */
final class ServletTransport implements Transport {
    private static final LimitedLog ERRORS = new LimitedLog("dev.hawser.connection");
    private static final String CUT =
            LimitedLog.prepared("A connection was cut after an error in a thread of the container");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How long a thread with unwanted data waits for a demand before it returns to Tomcat, in nanoseconds. */
    private static final long PAUSE = 5_000_000;

    private final TransportListener listener;
    private final NativeConnection connection;
    private final Peers peers;

    /**
     * Guards the fields that say so, and all calls of the streams except reading, since containers do not synchronize
     * their state.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private final ServletInput input = new ServletInput();
    private final ServletOutput output = new ServletOutput(lock);
    private final Condition demanded = lock.newCondition();
    private final TakingDown takingDown;

    /** Whether the connection has ended, from either side: nothing is read any more. */
    private volatile boolean closed;

    /** Whether the listener's onClosed was called. */
    private final AtomicBoolean told = new AtomicBoolean();

    /** Guarded by lock. */
    private boolean demand;

    /** Whether a thread is in the listener; true until onOpen has returned. Guarded by lock. */
    private boolean serving = true;

    /** Whether the container has called for data that the listener did not demand. Guarded by lock. */
    private boolean unwanted;

    ServletTransport(TransportListener listener, NativeConnection connection, Peers peers) {
        this.listener = listener;
        this.connection = connection;
        this.takingDown = new TakingDown(connection, output);
        this.peers = peers;
    }

    /** Called once, on the container's thread, after the response to the opening handshake was sent. */
    void open(WebConnection upgraded) throws IOException {
        boolean ready = false;
        try {
            connection.open(upgraded);
            ServletInputStream in = upgraded.getInputStream();
            input.open(in);
            // The order matters: Tomcat's output must be non-blocking before data can be answered.
            output.open(upgraded.getOutputStream(), new WriteEvents());
            in.setReadListener(new ReadEvents());
            ready = true;
        } finally {
            if (!ready) {
                destroyed(); // some containers do not call destroy if init throws
            }
        }
        // The container keeps the bytes behind the handshake, so they are read like all others.
        try {
            listener.onOpen(this, NOTHING.duplicate());
            serveOn();
        } catch (Throwable e) { // an error of the JVM
            fail(e);
        }
    }

    @Override
    public int read(ByteBuffer unread) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        return input.read(unread);
    }

    @Override
    public void demandRead() {
        boolean over = input.isOver(); // the container will not call any more
        lock.lock();
        try {
            demand = true;
            demanded.signal();
            // A serving thread checks again, and the container calls when there is data. If the container repeats its
            // calls, its threads may use the stream at any time, without a lock, so no other thread may even call
            // isReady.
            if (serving || !(over || (connection.repeatsDataEvents() ? unwanted : input.isReadable()))) {
                return;
            }
            unwanted = false;
        } finally {
            lock.unlock();
        }
        // Never in the caller's stack, because the listener may be the caller.
        try {
            if (over) {
                connection.execute(this::serve);
            } else {
                connection.repeatDataEvent(this::serve);
            }
        } catch (RejectedExecutionException e) {
            // The server has stopped, and has closed its connections.
        }
    }

    /** Calls the listener while it demands and there is data, unless another thread does so already. Never throws. */
    private void serve() {
        try {
            if (beginServing()) {
                serveOn();
            }
        } catch (Throwable e) { // an error of the JVM, after which no event would come to read again
            fail(e);
        }
    }

    private boolean beginServing() {
        lock.lock();
        try {
            boolean begins = !serving;
            serving = true;
            return begins;
        } finally {
            lock.unlock();
        }
    }

    private void serveOn() {
        while (takeDemand()) {
            listener.onReadable();
        }
    }

    /**
     * An error of the JVM ends this connection and goes no further: the thread is the container's and serves others.
     * Never throws.
     */
    private void fail(Throwable cause) {
        try {
            abort();
        } catch (Throwable e) {
            tellIfPossible(cause);
        }
        ERRORS.logIfPossible(ERROR, CUT, cause);
    }

    /** The session is told at least, and tries again to end this connection. */
    private void tellIfPossible(Throwable cause) {
        try {
            if (told.compareAndSet(false, true)) {
                listener.onClosed(cause);
            }
        } catch (Throwable e) {
            // there is no memory for more
        }
    }

    private boolean takeDemand() {
        lock.lock();
        try {
            serving = demand && !closed && input.isReadable();
            if (serving) {
                demand = false;
            }
            return serving;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        output.write(completion, buffers);
    }

    @Override
    public void shutdownOutput() {
        takingDown.run(() -> {
            output.close();
            connection.shutdownOutput();
        });
    }

    @Override
    public void close() {
        end(output.isWriting()); // the rest of an outstanding write is not waited for
    }

    @Override
    public void abort() {
        end(true);
    }

    /** Ends the connection from this side. The listener gets no cause. If it throws, the next call does the rest. */
    private void end(boolean cut) {
        if (told.get() && takingDown.hasBegun()) {
            return;
        }
        closed = true;
        IOException why = new IOException("The connection was closed from this side");
        output.fail(why);
        takingDown.begin(cut);
        if (told.compareAndSet(false, true)) {
            listener.onClosed(null);
        }
    }

    /** Called when the container has closed the connection. */
    void destroyed() {
        takingDown.isDone();
        if (told.compareAndSet(false, true)) {
            closed = true;
            try {
                Throwable failure = input.failure();
                Throwable cause =
                        failure == null ? new IOException("The connection was closed by the container") : failure;
                output.fail(cause);
                listener.onClosed(input.hasEnded() ? null : cause);
            } catch (Throwable e) { // an error of the JVM
                told.set(false);
                fail(e);
            }
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

    /** Called on the container's threads. Tomcat calls one listener of a connection at a time. */
    private final class ReadEvents implements ReadListener {
        @Override
        public void onDataAvailable() {
            serve();
            if (connection.repeatsDataEvents()) {
                try {
                    awaitDemand();
                } catch (Throwable e) { // an error of the JVM: waiting needs memory, too
                    fail(e);
                }
            }
        }

        @Override
        public void onAllDataRead() {
            input.ended();
            serveUnlessAsked();
        }

        @Override
        public void onError(Throwable failure) {
            input.containerFailed(failure);
            serveUnlessAsked();
        }

        /** Serves, unless the container calls from within isReady: {@link ServletInput} called it, and checks again. */
        private void serveUnlessAsked() {
            if (!lock.isHeldByCurrentThread()) {
                serve();
            }
        }
    }

    /**
     * Waits a little for a demand. Tomcat polls again for data that was left in the socket as soon as this thread
     * returns, and would call without a pause while the session does not read. The wait is short, because Tomcat's
     * write events wait for this thread. Tomcat does not poll for data that it has already taken into its own buffer:
     * {@link #demandRead} must remind it of that.
     */
    private void awaitDemand() {
        lock.lock();
        try {
            long nanos = PAUSE;
            while (!demand && !serving && !closed && nanos > 0) {
                nanos = demanded.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // an interrupt of the container, which ends the wait
        } finally {
            unwanted = !demand;
            lock.unlock();
        }
        serve();
    }

    private final class WriteEvents implements WriteListener {
        @Override
        public void onWritePossible() {
            try {
                output.writable();
            } catch (Throwable e) { // an error of the JVM, after which no event would come to write again
                fail(e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            try {
                output.containerFailed(failure);
            } catch (Error e) {
                fail(e);
            }
        }
    }
}
