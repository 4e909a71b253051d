package dev.hawser.internal.client;

import dev.hawser.internal.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tlschannel.ClientTlsChannel;
import tlschannel.NeedsReadException;
import tlschannel.NeedsTaskException;
import tlschannel.NeedsWriteException;
import tlschannel.TlsChannel;

/**
 * TLS over a non-blocking socket, through tls-channel.
 *
 * <p>tls-channel has three locks, always taken in the order handshake, read, write: a read takes the read lock, and
 * also the write lock if TLS itself must answer (a TLS 1.3 key update); a write takes only the write lock. So a reading
 * and a writing thread never deadlock. But a write does not check the handshake: if the engine needs bytes of the peer
 * first, which after the handshake happens only in a TLS 1.2 renegotiation, the write spins and holds the lock that the
 * reader needs. Therefore all calls here take one lock, a renegotiation is refused, and a write first asks the engine
 * whether it can encrypt. The one lock costs nothing, because the JDK's engine encrypts and decrypts under one lock
 * anyway.
 *
 * <p>Delegated tasks (certificate checks, key agreement) exist only in the handshake: {@link #handshake()} returns
 * them, and its caller runs them on a thread where they may take time. A task after the handshake would be a
 * renegotiation, too.
 *
 * <p>After tls-channel has sent a close_notify it cannot decrypt any more, so what still arrives is discarded, up to
 * the end of the stream. All buffers are heap buffers of {@link TlsBuffers}, and given back when empty.
 */
final class TlsWire implements Wire {
    /** The size of the buffer into which bytes are discarded after our close_notify. */
    private static final int DISCARD = 4 * 1024;

    private final SocketChannel channel;
    private final SSLEngine engine;

    /** Guarded by {@link #lock}. */
    private final TlsChannel tls;

    private final Lock lock = new ReentrantLock();

    /**
     * The selection operations that the next read waits for; 0 while bytes may be left inside. Written under the lock,
     * read by any thread.
     */
    private volatile int readInterest;

    /** Guarded by {@link #lock}. */
    private boolean outputShut;

    /** Whether nothing was read yet; guarded by {@link #lock}. */
    private boolean fresh = true;

    /** @param buffers of all connections of the container */
    TlsWire(SocketChannel channel, SSLEngine engine, TlsBuffers buffers) {
        this.channel = channel;
        this.engine = engine;
        this.tls = ClientTlsChannel.newBuilder(channel, engine)
                .withRunTasks(false)
                .withPlainBufferAllocator(buffers)
                .withEncryptedBufferAllocator(buffers)
                .build();
    }

    /** What a handshake needs next. */
    sealed interface Step {
        /** The handshake is complete. */
        record Done() implements Step {}

        /** The socket must become ready for these selection operations. */
        record Await(int interest) implements Step {}

        /** The task must run before the next call. */
        record Run(Runnable task) implements Step {}
    }

    /** Takes the handshake as far as it goes now. */
    Step handshake() throws IOException {
        lock.lock();
        try {
            tls.handshake();
            return new Step.Done();
        } catch (NeedsReadException e) {
            return new Step.Await(SelectionKey.OP_READ);
        } catch (NeedsWriteException e) {
            return new Step.Await(SelectionKey.OP_WRITE);
        } catch (NeedsTaskException e) {
            return new Step.Run(e.getTask());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        lock.lock();
        try {
            if (outputShut) {
                return discard();
            }
            int count = fresh ? readFirst(destination) : tls.read(destination);
            readInterest = 0;
            return count;
        } catch (NeedsReadException e) {
            refuseRenegotiation(null);
            readInterest = SelectionKey.OP_READ;
            return 0;
        } catch (NeedsWriteException e) {
            readInterest = SelectionKey.OP_WRITE;
            return 0;
        } catch (NeedsTaskException e) {
            refuseRenegotiation(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads one byte. tls-channel keeps the buffer of the handshake, 4 KiB of each idle connection, until bytes have
     * gone through it, and they do so only if a record is too big for the destination.
     */
    private int readFirst(ByteBuffer destination) throws IOException {
        int limit = destination.limit();
        destination.limit(Math.min(limit, destination.position() + 1));
        try {
            int count = tls.read(destination);
            fresh = count == 0;
            return count;
        } finally {
            destination.limit(limit);
        }
    }

    /** The bytes of the buffers that this connection holds now. */
    long heldBytes() {
        lock.lock();
        try {
            return tls.getPlainBufferAllocator().currentAllocation()
                    + tls.getEncryptedBufferAllocator().currentAllocation();
        } finally {
            lock.unlock();
        }
    }

    private int discard() throws IOException {
        ByteBuffer discarded = ByteBuffer.allocate(DISCARD);
        int count;
        do {
            count = channel.read(discarded.clear());
        } while (count > 0);
        readInterest = SelectionKey.OP_READ;
        return count;
    }

    @Override
    public int readInterest() {
        return readInterest;
    }

    @Override
    public boolean write(ByteBuffer[] buffers) throws IOException {
        lock.lock();
        try {
            if (outputShut) {
                throw new ClosedChannelException();
            }
            refuseRenegotiation(null);
            tls.write(buffers);
            for (ByteBuffer buffer : buffers) {
                if (buffer.hasRemaining()) {
                    throw new SSLException("The peer has ended the TLS connection with a close_notify");
                }
            }
            return true;
        } catch (NeedsWriteException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * NEED_WRAP is legal: the next write also sends a TLS 1.3 key update. NEED_UNWRAP and NEED_TASK mean a
     * renegotiation.
     */
    private void refuseRenegotiation(@Nullable Throwable cause) throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_UNWRAP || status == HandshakeStatus.NEED_TASK) {
            throw new SSLException("The server asked for a TLS renegotiation, which is refused", cause);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        lock.lock();
        try {
            if (!outputShut) {
                outputShut = true;
                try {
                    tls.shutdown();
                } catch (NeedsWriteException e) {
                    // the socket is full; the end of the TCP stream says the same
                } finally {
                    channel.shutdownOutput();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a close_notify if none was sent; tls-channel drops it if the socket does not take it at once, so this never
     * waits.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            tls.close();
        } catch (IOException e) {
            // the socket is already closed
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isSecure() {
        return true;
    }
}
