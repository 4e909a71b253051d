package dev.hawser.test;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a connection in memory. The network is one thread, as a selector is: it calls the listener. What
 * the server writes is with the peer at once, unless the peer does not read: then the network holds {@link #HELD}
 * bytes, and the write that is too much is outstanding, as on a socket.
 *
 * <p>Its lock may be held while that of {@link PeerInbox} is taken. The listener and completions are called without it.
 */
final class MemoryTransport implements Transport {
    /** How many bytes the network holds for a peer that does not read. */
    static final int HELD = 64 * 1024;

    private static final ByteBuffer[] NOTHING = {};

    private final TransportListener listener;
    private final Executor network;
    private final PeerInbox peer;
    private final Ends ends;

    // Guarded by this.
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private @Nullable WriteCompletion outstanding;
    private ByteBuffer[] outstandingBuffers = NOTHING;
    private @Nullable IOException reset;
    private boolean demanded;
    private boolean paused;
    /** Whether the peer will send nothing more. */
    private boolean inputEnded;
    /** Whether the server will send nothing more. */
    private boolean outputEnded;
    /** Whether the peer is gone, so that nobody takes what the server sends. */
    private boolean peerGone;

    private boolean closed;

    /** The two addresses of the connection, and whether it counts as secure. */
    record Ends(InetSocketAddress remote, InetSocketAddress local, boolean secure) {}

    MemoryTransport(TransportListener listener, Executor network, PeerInbox peer, Ends ends) {
        this.listener = listener;
        this.network = network;
        this.peer = peer;
        this.ends = ends;
    }

    // What the peer does.

    /** Tells the server that the connection is open; its handshake is answered. */
    void open() {
        later(this::begin);
    }

    private void begin() {
        boolean opened = false;
        try {
            listener.onOpen(this, ByteBuffer.allocate(0));
            opened = true;
        } finally {
            if (!opened) {
                abort();
            }
        }
    }

    /** Brings bytes of the peer. They are lost if the connection has ended. */
    synchronized void arrive(byte[] bytes) {
        if (bytes.length > 0 && !inputEnded && !closed) {
            arrived.add(ByteBuffer.wrap(bytes));
            wake();
        }
    }

    /** The peer's end of the connection is closed, without a word. */
    synchronized void vanish() {
        peerGone = true;
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
            peerGone = true;
            failing = takeOutstanding();
            wake();
        }
        if (failing != null) {
            later(() -> failing.failed(cause));
        }
    }

    synchronized void pauseReading() {
        paused = true;
    }

    /** The peer reads again, first what the network has held for it. */
    void resumeReading() {
        WriteCompletion written;
        synchronized (this) {
            paused = false;
            deliver(held.toByteArray());
            held.reset();
            take(outstandingBuffers);
            written = takeOutstanding();
            if (outputEnded) {
                tellEnd();
            }
        }
        if (written != null) {
            later(written::written);
        }
    }

    /** Whether the peer neither reads nor has gone, so that a closing handshake with it cannot end. */
    synchronized boolean isPaused() {
        return paused && !peerGone;
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
        demanded = true;
        wake();
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        IOException failure;
        synchronized (this) {
            failure = closed ? new ClosedChannelException() : reset;
            if (failure == null && !take(buffers)) {
                outstanding = completion;
                outstandingBuffers = buffers;
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
        endOutput();
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
            failing = takeOutstanding();
            if (cut) {
                held.reset();
            }
            endOutput();
        }
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

    // The network between them. The lock is held, except in later and serve.

    /** Gives the peer or the network as much of the buffers as there is room for; returns whether that is all. */
    private boolean take(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            int room = paused ? HELD - held.size() : buffer.remaining();
            byte[] bytes = new byte[Math.min(room, buffer.remaining())];
            buffer.get(bytes);
            if (paused) {
                held.writeBytes(bytes);
            } else {
                deliver(bytes);
            }
            if (buffer.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    private void deliver(byte[] bytes) {
        if (bytes.length > 0 && !peerGone) {
            arrive(peer.received(bytes));
        }
    }

    private void endOutput() {
        if (!outputEnded) {
            outputEnded = true;
            if (!paused) {
                tellEnd();
            }
        }
    }

    private void tellEnd() {
        if (!peerGone) {
            peerGone = true; // nothing more is for it
            inputEnded |= peer.ended();
            wake();
        }
    }

    private @Nullable WriteCompletion takeOutstanding() {
        WriteCompletion taken = outstanding;
        outstanding = null;
        outstandingBuffers = NOTHING;
        return taken;
    }

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
            network.execute(event);
        } catch (RejectedExecutionException e) {
            // The tester is closed, and with it all connections.
        }
    }
}
