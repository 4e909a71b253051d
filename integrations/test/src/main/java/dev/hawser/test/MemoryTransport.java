package dev.hawser.test;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection in memory whose endpoint is under test. The network calls the listener for one event at a
 * time, as a selector does. This class holds what is on its way to the endpoint, and {@link TowardsPeer} the other
 * direction.
 *
 * <p>Its lock may be held while that of {@link PeerInbox} is taken. The listener and completions are called without it.
 */
final class MemoryTransport implements Transport, TowardsPeer.Answers {
    private final TransportListener listener;
    private final TestThreads threads;
    private final Ends ends;
    /** Whether onOpen has returned: nothing is read before, so the listener has demanded to read; or has closed. */
    private final CountDownLatch opened = new CountDownLatch(1);

    // Guarded by this.
    private final TowardsPeer output;
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
    private @Nullable IOException reset;
    private boolean demanded;
    /** Whether the listener's onOpen was called, so that a demand is no longer one of the opening handshake. */
    private boolean begun;
    /** Whether the peer will send nothing more. */
    private boolean inputEnded;

    private boolean closed;

    /** The two addresses of the connection, and whether it counts as secure. */
    record Ends(InetSocketAddress remote, InetSocketAddress local, boolean secure) {}

    MemoryTransport(TransportListener listener, TestThreads threads, TowardsPeer.Receiver peer, Ends ends) {
        this.listener = listener;
        this.threads = threads;
        this.output = new TowardsPeer(peer, this);
        this.ends = ends;
    }

    // What the peer does.

    /**
     * Tells the listener that the connection is open; its handshake is answered.
     *
     * @param early what came behind the handshake
     */
    void open(ByteBuffer early) {
        later(() -> begin(early));
    }

    private void begin(ByteBuffer early) {
        synchronized (this) {
            begun = true;
        }
        boolean opened = false;
        try {
            listener.onOpen(this, early);
            opened = true;
        } finally {
            if (!opened) {
                abort();
            }
        }
    }

    /** Whether onOpen returns, or this end closes, in this time. */
    boolean isOpenedWithin(long nanos) throws InterruptedException {
        return opened.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether it was opened: the listener knows of it, and the handshake was not refused. */
    synchronized boolean hasBegun() {
        return begun;
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    /** Brings bytes of the peer. They are lost if the connection has ended. */
    @Override
    public synchronized void arrive(byte[] bytes) {
        if (bytes.length > 0 && !inputEnded && !closed) {
            arrived.add(ByteBuffer.wrap(bytes));
            wake();
        }
    }

    /** The peer's end of the connection is closed, without a word. */
    void vanish() {
        WriteCompletion lost;
        synchronized (this) {
            lost = output.peerGoes();
            endInput();
        }
        if (lost != null) {
            later(lost::written);
        }
    }

    /** Ends the peer's direction. */
    @Override
    public synchronized void endInput() {
        inputEnded = true;
        wake();
    }

    /** The peer resets the connection. */
    void reset() {
        WriteCompletion failing;
        IOException cause = new IOException("Connection reset by peer");
        synchronized (this) {
            if (reset != null || closed) {
                return;
            }
            reset = cause;
            failing = output.peerGoes();
            wake();
        }
        if (failing != null) {
            later(() -> failing.failed(cause));
        }
    }

    /** Returns once the server has done what is due, if its threads are those of {@link TurnOrder}. */
    void settle() {
        threads.settle();
    }

    /** Lets time pass for the server, and returns how much is left, which passes by itself. */
    Duration pass(Duration time) {
        return threads.pass(time);
    }

    synchronized void pauseReading() {
        output.pause();
    }

    /** The peer reads again, first what the network has held for it. */
    void resumeReading() {
        WriteCompletion written;
        synchronized (this) {
            written = output.resume();
        }
        if (written != null) {
            later(written::written);
        }
    }

    /** Whether the peer neither reads nor has gone, so that a closing handshake with it cannot end. */
    synchronized boolean isPaused() {
        return output.isPaused();
    }

    // What the server does.

    @Override
    public synchronized int read(ByteBuffer unread) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (reset != null) {
            throw new IOException(reset.getMessage());
        }
        ByteBuffer first = arrived.peek();
        if (first == null) {
            return inputEnded ? -1 : 0;
        }
        unread.compact();
        int count = Math.min(unread.remaining(), first.remaining());
        unread.put(first.slice().limit(count)).flip();
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            arrived.remove();
        }
        return count;
    }

    @Override
    public synchronized void demandRead() {
        if (begun) {
            opened.countDown();
        }
        demanded = true;
        wake();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        IOException failure;
        synchronized (this) {
            failure = closed ? new ClosedChannelException() : reset;
            if (failure == null && !output.write(completion, buffers)) {
                return;
            }
        }
        if (failure == null) {
            completion.written();
        } else {
            completion.failed(failure);
        }
    }

    @Override
    public synchronized void shutdownOutput() {
        output.end();
    }

    @Override
    public void close() {
        end(false);
    }

    @Override
    public void abort() {
        end(true);
    }

    private void end(boolean cut) {
        WriteCompletion failing;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            failing = output.takeOutstanding();
            if (cut) {
                output.cut();
            }
            output.end();
        }
        opened.countDown();
        try {
            if (failing != null) {
                failing.failed(new IOException("The connection was closed from this side"));
            }
        } finally {
            listener.onClosed(null);
        }
    }

    @Override
    public boolean isSecure() {
        return ends.secure();
    }

    @Override
    public SocketAddress remoteAddress() {
        return ends.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return ends.local();
    }

    // The network's thread. The lock is held in wake and isReadable only.

    private void wake() {
        if (isReadable()) {
            later(this::serve);
        }
    }

    private boolean isReadable() {
        return demanded && !closed && (!arrived.isEmpty() || inputEnded || reset != null);
    }

    /** Runs on the network's thread, so that calls of the listener never overlap. */
    private void serve() {
        synchronized (this) {
            if (!isReadable()) {
                return; // another call has served it
            }
            demanded = false;
        }
        listener.onReadable();
    }

    private void later(Runnable event) {
        try {
            threads.network().execute(event);
        } catch (RejectedExecutionException e) {
            // The tester is closed, and with it all connections.
        }
    }
}
