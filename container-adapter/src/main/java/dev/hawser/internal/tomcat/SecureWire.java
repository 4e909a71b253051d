package dev.hawser.internal.tomcat;

import dev.hawser.internal.transport.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.res.StringManager;

/**
 * TLS as Tomcat does it, with the engine of the JDK or OpenSSL: its channel encrypts and decrypts into buffers that it
 * has anyway. One lock guards the channel, because a read may answer a key update with the buffer for writing.
 */
final class SecureWire implements Wire {
    /** The size of the buffer into which bytes are discarded after our close_notify. */
    private static final int DISCARD = 4 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** What Tomcat's channel throws for each record behind a key update, while its answer waits for room. */
    private static final String WRAP_PENDING =
            StringManager.getManager(SecureNioChannel.class).getString("channel.nio.ssl.handshakeWrapPending");

    /**
     * The most room that the JDK's engine wants for a record of the standard: 2^14 bytes (RFC 8446 5.1), and up to 256
     * for the padding of TLS 1.2. Tomcat's channel decrypts into a buffer of the wrapper until the next record might
     * not fit. As long as one fits, nothing is left to decrypt. OpenSSL takes in more than it gives, so of its engine
     * everything is read.
     */
    private static final int LONGEST_RECORD = (1 << 14) + 256;

    /** An engine whose buffers are longer than that was told to accept records that the standard forbids. */
    private static final int MOST_IF_STANDARD = LONGEST_RECORD + 256;

    /** Tomcat's buffer is little longer than a record, so it grows by that much for small messages. */
    private static final int SMALL_MESSAGES = 1024;
    /** After so many small messages that left no room for a record. Many connections end after one message. */
    private static final int GROWS_AFTER = 2;

    private final SocketWrapperBase<?> wrapper;
    private final SecureNioChannel channel;
    /** Whether the engine is the JDK's, which has taken in nothing that it has not given. */
    private final boolean engineHoldsNothing;
    /** The most room that a record of this connection needs. */
    private final int longest;

    private final Lock lock = new ReentrantLock();

    /** Whether Tomcat may use the channel for another connection. Guarded by lock. */
    private boolean left;

    /** Whether a close_notify was sent. Guarded by lock. */
    private boolean outputShut;

    /** How many small messages left no room for a record. Guarded by lock. */
    private int smallMessages;

    /** 0 while bytes may be left in the channel, OP_WRITE while a key update waits. Written by the reading thread. */
    private volatile int readInterest;

    SecureWire(SocketWrapperBase<?> wrapper, SecureNioChannel channel) {
        this.wrapper = wrapper;
        this.channel = channel;
        SSLEngine engine = channel.getSslEngine();
        this.engineHoldsNothing = EngineBuffers.takesAny(engine);
        int most = engine.getSession().getApplicationBufferSize();
        this.longest = most <= MOST_IF_STANDARD ? LONGEST_RECORD : most;
    }

    /** The channel is not used any more. The engine is told, since OpenSSL holds memory for it. */
    void leave() {
        lock.lock();
        try {
            if (!left) {
                left = true;
                channel.getSslEngine().closeOutbound();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private void throwIfLeft() throws ClosedChannelException {
        if (left) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        int start = destination.position();
        lock.lock();
        try {
            throwIfLeft();
            if (readInterest == SelectionKey.OP_WRITE) {
                isFlushed();
            }
            boolean decrypts = engineHoldsNothing && isReadBufferEmpty();
            int count = outputShut ? discard() : wrapper.read(false, destination);
            if (count == 0 && !outputShut && hasEnded() && isReadBufferEmpty()) {
                return -1; // OpenSSL reads nothing behind a close_notify, and says nothing
            }
            boolean holdsNone = count <= 0 || decrypts && hasDecryptedAll(count);
            readInterest = holdsNone ? SelectionKey.OP_READ : 0;
            return count;
        } catch (EOFException e) {
            return -1;
        } catch (IOException e) {
            // Tomcat's channel throws if the close_notify comes alone; with OpenSSL also if one came with data.
            if (hasEnded()) {
                int count = destination.position() - start;
                if (count == 0 && !isReadBufferEmpty()) {
                    count = wrapper.read(false, destination);
                }
                readInterest = 0; // the next read tells of the end
                return count > 0 ? count : -1;
            }
            if (isWrapPending(e)) {
                int count = destination.position() - start;
                readInterest = count > 0 ? 0 : SelectionKey.OP_WRITE; // other records may be left inside the channel
                return count;
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is left to decrypt after a read into the empty buffer. The lock is held. */
    private boolean hasDecryptedAll(int count) {
        if (!isReadBufferEmpty() || hasEnded()) {
            return false;
        }
        SocketBufferHandler buffers = wrapper.getSocketBufferHandler();
        if (buffers.getReadBuffer().capacity() - count >= longest) {
            return true;
        }
        if (count <= SMALL_MESSAGES) {
            smallMessages++;
            if (smallMessages == GROWS_AFTER) {
                buffers.expand(longest + SMALL_MESSAGES);
            }
        }
        return false;
    }

    private boolean isReadBufferEmpty() {
        return wrapper.getSocketBufferHandler().isReadBufferEmpty();
    }

    /** Whether the peer's close_notify has come. */
    private boolean hasEnded() {
        return channel.getSslEngine().isInboundDone();
    }

    /**
     * Whether Tomcat's channel complains only that it cannot answer a key update yet (RFC 8446 4.6.3). The record is
     * read all the same, and the next write carries the answer.
     */
    private boolean isWrapPending(IOException e) {
        return channel.getOutboundRemaining() > 0 && WRAP_PENDING.equals(e.getMessage());
    }

    /** The session has ended, so what still arrives is of no interest, up to the end of the stream. */
    private int discard() throws IOException {
        ByteBuffer discarded = ByteBuffer.allocate(DISCARD);
        int count;
        do {
            count = channel.getIOChannel().read(discarded.clear());
        } while (count > 0);
        return count;
    }

    @Override
    public int readInterest() {
        return readInterest;
    }

    /** Encrypts as many of the buffers into one record as fit. */
    @Override
    public boolean write(ByteBuffer[] buffers) throws IOException {
        boolean interrupted = Thread.interrupted(); // Tomcat's channel would clear the flag and fail
        lock.lock();
        try {
            throwIfLeft();
            if (outputShut) {
                throw new ClosedChannelException();
            }
            int first = 0;
            while (isFlushed()) {
                while (first < buffers.length && !buffers[first].hasRemaining()) {
                    first++;
                }
                if (first == buffers.length) {
                    return true;
                }
                // A record that answers a key update takes no data.
                boolean answers = channel.getSslEngine().getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
                if (encrypt(buffers, first) <= 0 && !answers && isFlushed()) {
                    throw new SSLException("The TLS connection takes no more data");
                }
            }
            return false;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Encrypts into one record, and writes it. */
    private long encrypt(ByteBuffer[] buffers, int first) throws IOException {
        ByteBuffer one = buffers[first];
        if (engineHoldsNothing || !EngineBuffers.isMisread(one)) {
            // OpenSSL encrypts one buffer at a time.
            return channel.write(buffers, first, engineHoldsNothing ? buffers.length - first : 1);
        }
        ByteBuffer same = EngineBuffers.first(one.remaining(), one);
        int count = channel.write(same);
        one.position(one.limit() - same.remaining());
        return count;
    }

    /** Whether everything that is encrypted was handed to the network. */
    private boolean isFlushed() throws IOException {
        if (channel.getOutboundRemaining() > 0) {
            channel.flushOutbound();
        }
        return channel.getOutboundRemaining() == 0;
    }

    /** Tomcat's channel has no way to end one direction only, so the close_notify is made here. */
    @Override
    public void shutdownOutput() throws IOException {
        lock.lock();
        try {
            throwIfLeft();
            if (!outputShut) {
                outputShut = true;
                try {
                    sendCloseNotify();
                } finally {
                    channel.getIOChannel().shutdownOutput();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendCloseNotify() throws IOException {
        if (!isFlushed()) {
            return; // the socket is full; the end of the TCP stream says the same
        }
        SSLEngine engine = channel.getSslEngine();
        engine.closeOutbound();
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(NOTHING.duplicate(), record);
        channel.getIOChannel().write(record.flip());
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            if (!left && !outputShut) {
                channel.close(); // sends a close_notify if the socket takes it at once
            }
        } catch (IOException e) {
            // the socket is closed already, or full
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isSecure() {
        return true;
    }
}
