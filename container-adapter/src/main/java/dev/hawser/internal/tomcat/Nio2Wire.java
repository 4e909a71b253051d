package dev.hawser.internal.tomcat;

import dev.hawser.internal.transport.Peers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.SecureNio2Channel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A channel of the NIO2 connector while one connection has it: Tomcat gives the object, with its buffers and its TLS,
 * to another connection once the wrapper is closed. So one lock guards each use, and the wrapper is closed by the last
 * operation of TLS that is in flight; closing the socket ends them.
 */
final class Nio2Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketWrapperBase<?> wrapper;
    private final Nio2Channel channel;
    private final AsynchronousSocketChannel socket;

    /** Null without TLS. */
    private final @Nullable SSLEngine engine;

    /** Whether there is an engine that does not take any buffer. */
    private final boolean picky;

    private final ChannelOperation reading;
    private final ChannelOperation writing;

    private final Lock lock = new ReentrantLock();

    /** Whether no operation is begun any more. Guarded by lock. */
    private boolean closed;

    /** Whether the end of the stream was sent. Guarded by lock. */
    private boolean outputShut;

    /** Whether the wrapper is to be closed as soon as nothing is in flight. Guarded by lock. */
    private boolean givenBack;

    /**
     * @param read runs when a read has ended that {@link #read} did not wait for
     * @param written runs when a write has ended that {@link #write} did not wait for
     */
    Nio2Wire(SocketWrapperBase<?> wrapper, Nio2Channel channel, Runnable read, Runnable written) {
        this.wrapper = wrapper;
        this.channel = channel;
        this.socket = channel.getIOChannel();
        this.engine = channel instanceof SecureNio2Channel tls ? tls.getSslEngine() : null;
        this.picky = engine != null && !EngineBuffers.takesAny(engine);
        this.reading = new ChannelOperation(this::landed, read);
        this.writing = new ChannelOperation(this::landed, written);
    }

    /**
     * Whether the socket is one of Tomcat's own kinds, for which asynchronous operations are not switched off, and
     * which nothing reads at the moment; a subclass may need to see what is read and written.
     */
    static boolean isKnown(SocketWrapperBase<?> wrapper, Nio2Channel channel) {
        boolean own = channel.getClass() == Nio2Channel.class || channel.getClass() == SecureNio2Channel.class;
        return own && wrapper.hasAsyncIO() && !wrapper.isReadPending();
    }

    /**
     * Begins to read into Tomcat's buffer, which is empty. Returns whether {@link #reading} has the result already.
     *
     * @throws ClosedChannelException if nothing is begun any more
     */
    boolean read() throws ClosedChannelException {
        lock.lock();
        try {
            throwIfClosed();
            SocketBufferHandler buffers = wrapper.getSocketBufferHandler();
            buffers.configureReadBufferForWrite();
            ByteBuffer[] into = {buffers.getReadBuffer()};
            // Tomcat's method for one buffer takes a close_notify for a failure.
            return reading.begin(() -> channel.read(into, 0, 1, 0, TimeUnit.MILLISECONDS, null, reading));
        } finally {
            lock.unlock();
        }
    }

    /** Whether a buffer must be given as {@link EngineBuffers#first} makes it. */
    boolean misreads(ByteBuffer buffer) {
        return picky && EngineBuffers.isMisread(buffer);
    }

    /** Begins to write some of the buffers. Returns whether {@link #writing} has the result already. */
    boolean write(ByteBuffer[] buffers, int first, int length) throws ClosedChannelException {
        lock.lock();
        try {
            throwIfClosed();
            if (outputShut) {
                throw new ClosedChannelException();
            }
            if (engine != null && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                // A key update waits for its answer. Only Tomcat's method for one buffer counts it as answered.
                CompletionHandler<Integer, @Nullable Void> ofOne = new OfOneBuffer(writing);
                return writing.begin(() -> channel.write(buffers[first], 0, TimeUnit.MILLISECONDS, null, ofOne));
            }
            return writing.begin(() -> channel.write(buffers, first, length, 0, TimeUnit.MILLISECONDS, null, writing));
        } finally {
            lock.unlock();
        }
    }

    /** Passes the result of a write of one buffer on, which has another type. */
    private record OfOneBuffer(ChannelOperation writing) implements CompletionHandler<Integer, @Nullable Void> {
        @Override
        public void completed(Integer transferred, @Nullable Void attachment) {
            writing.completed(transferred.longValue(), null);
        }

        @Override
        public void failed(Throwable cause, @Nullable Void attachment) {
            writing.failed(cause, null);
        }
    }

    ChannelOperation reading() {
        return reading;
    }

    ChannelOperation writing() {
        return writing;
    }

    /** Called when an operation has ended for which nobody waits. */
    private void landed(ChannelOperation operation) {
        boolean last;
        lock.lock();
        try {
            operation.land();
            last = givenBack && !isInUse();
        } finally {
            lock.unlock();
        }
        if (last) {
            wrapper.close();
        }
    }

    /** Without TLS only the JDK's channel is in use by an operation, which is not given to others. */
    private boolean isInUse() {
        return engine != null && (reading.isInFlight() || writing.isInFlight());
    }

    /** The lock is held. */
    private void throwIfClosed() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Whether bytes are left in Tomcat's buffer. No read is in flight. */
    boolean holdsInput() {
        lock.lock();
        try {
            return !closed && !wrapper.getSocketBufferHandler().isReadBufferEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Moves bytes from Tomcat's buffer, as many as fit. No read is in flight. */
    int take(ByteBuffer destination) throws ClosedChannelException {
        lock.lock();
        try {
            throwIfClosed();
            SocketBufferHandler buffers = wrapper.getSocketBufferHandler();
            if (buffers.isReadBufferEmpty()) {
                return 0;
            }
            buffers.configureReadBufferForRead();
            ByteBuffer held = buffers.getReadBuffer();
            int count = Math.min(held.remaining(), destination.remaining());
            int end = held.limit();
            held.limit(held.position() + count);
            destination.put(held);
            held.limit(end);
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the peer's close_notify has come. */
    boolean hasEnded() {
        return engine != null && engine.isInboundDone();
    }

    /** Sends the end of the stream, if no write is in flight. */
    void shutdownOutput() throws IOException {
        lock.lock();
        try {
            if (closed || outputShut) {
                return;
            }
            outputShut = true;
            try {
                sendCloseNotify();
            } finally {
                socket.shutdownOutput();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the socket, with a close_notify before if that is wanted and the socket takes it at once. Tomcat's channel
     * would wait for a slow peer, up to the connection timeout.
     */
    void close(boolean orderly) throws IOException {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            try {
                if (first && orderly && !outputShut) {
                    sendCloseNotify();
                }
            } finally {
                closeSocket();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what the socket does not take at once is cut off with it
    private void sendCloseNotify() throws IOException {
        if (engine == null || writing.isInFlight()) {
            return;
        }
        engine.closeOutbound();
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(NOTHING.duplicate(), record);
        socket.write(record.flip());
    }

    private void closeSocket() throws IOException {
        try {
            if (engine != null) {
                engine.closeOutbound(); // OpenSSL holds memory for it
            }
        } finally {
            socket.close(); // ends the operations
        }
    }

    /**
     * Closes the wrapper, as Tomcat closes its own: that counts the connection down and gives its buffers back. It
     * calls {@link Nio2Transport#destroyed}. The socket was closed before.
     */
    void giveBack() {
        lock.lock();
        try {
            givenBack = true;
            if (isInUse()) {
                return; // landed does it
            }
        } finally {
            lock.unlock();
        }
        wrapper.close();
    }

    /** The same ends, by the objects that the channel has for them. */
    Peers sharing(Peers peers) throws IOException {
        return peers.sharing(socket.getRemoteAddress(), socket.getLocalAddress());
    }
}
