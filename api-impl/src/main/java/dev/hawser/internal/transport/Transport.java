package dev.hawser.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One established byte connection, after the opening handshake. It corresponds to Jetty's {@code EndPoint}, and can be
 * built on servlet streams and on a {@code SocketChannel}. {@link TransportListener} is its counterpart.
 *
 * <p>One thread reads at a time. {@link #write} may be called from any thread, but the caller ({@code OutboundQueue})
 * makes sure that only one write is outstanding.
 */
public interface Transport {
    /**
     * Reads what has arrived, without waiting, and appends it behind the {@code limit} of the buffer. The bytes between
     * position and limit are unread, and are kept. If there are none, the buffer is filled from its beginning;
     * otherwise a transport may compact it.
     *
     * @return the number of bytes appended, 0 if none have arrived, -1 at the end of the stream
     */
    int read(ByteBuffer unread) throws IOException;

    /**
     * Makes room behind the {@code limit} of a buffer for {@link #read}, and keeps the unread bytes.
     *
     * @throws IllegalArgumentException if the buffer is full of unread bytes: reading would bring nothing for ever
     */
    static void makeRoom(ByteBuffer unread) {
        if (!unread.hasRemaining()) {
            unread.clear().limit(0);
        } else if (unread.limit() == unread.capacity()) {
            if (unread.position() == 0) {
                throw new IllegalArgumentException("The buffer is full of " + unread.capacity() + " unread bytes");
            }
            unread.compact().flip();
        }
    }

    /**
     * Asks for one call of {@link TransportListener#onReadable()} when bytes, the end of the stream or an error can be
     * read. A second demand before that call is legal, and changes nothing.
     */
    void demandRead();

    /**
     * Writes all remaining bytes of the buffers, in order, and then calls the completion exactly once: before this
     * method returns if the network takes them at once, or later from any thread. The buffers belong to the transport
     * until then.
     */
    void write(WriteCompletion completion, ByteBuffer... buffers);

    /**
     * Sends the end of the stream to the peer; reading goes on. Exceptions are ignored, since the peer has then gone.
     */
    void shutdownOutput();

    /**
     * Closes the connection in both directions. {@link TransportListener#onClosed} follows, if it was not yet called.
     */
    void close();

    /**
     * Closes the connection at once, without flushing what TLS or the container holds, and fails an outstanding write.
     */
    void abort();

    /** Whether the bytes travel inside TLS. */
    boolean isSecure();

    /**
     * Whether what has arrived may be left inside TLS, which gives one record for each read. Asked by the reading
     * thread after a read that returned bytes; if not, there is nothing to read before the next {@link #demandRead} is
     * answered.
     */
    default boolean mayHoldMore() {
        return isSecure();
    }

    /**
     * Whether any thread may read once a demand was answered, later than that call, too; otherwise only the thread of
     * the call, before it returns.
     */
    default boolean mayBeReadAnywhere() {
        return false;
    }

    /** The peer's address, or null if the transport has none. */
    @Nullable SocketAddress remoteAddress();

    /** The local address, or null if the transport has none. */
    @Nullable SocketAddress localAddress();

    /** Called once when a write has ended. */
    interface WriteCompletion {
        /** All bytes were handed to the network. */
        void written();

        /** The write failed; it is unknown how much was sent, so the connection cannot be used any more. */
        void failed(Throwable cause);
    }
}
