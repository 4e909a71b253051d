package dev.hawser.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One established byte connection, after the opening handshake. It maps one to one on Jetty's {@code EndPoint} and can
 * be emulated on servlet streams and on a {@code SocketChannel}. {@link TransportListener} is its counterpart.
 *
 * <p>Reading is driven by one thread at a time; {@link #write} may be called from any thread, but with one write
 * outstanding at most: the caller ({@code OutboundQueue}) sees to it.
 */
public interface Transport {
    /**
     * Reads what has arrived, without waiting, and appends it behind the {@code limit} of the buffer: the bytes between
     * position and limit are unread and stay. If there are none, the buffer is filled from its beginning; otherwise a
     * transport may compact it.
     *
     * @return the number of bytes appended, 0 when nothing is there now, -1 at the end of the stream
     */
    int read(ByteBuffer unread) throws IOException;

    /**
     * Asks for one {@link TransportListener#onReadable()} when bytes, the end of the stream or an error are there to be
     * read. One shot; asking again before it came is legal and changes nothing.
     */
    void demandRead();

    /**
     * Writes all remaining bytes of the buffers, in order, and then calls the completion exactly once: before this
     * method returns if the network takes them at once, or later from any thread. The buffers belong to the transport
     * until then.
     */
    void write(WriteCompletion completion, ByteBuffer... buffers);

    /** Sends the end of the stream to the peer; reading goes on. Errors are ignored: the peer is gone then. */
    void shutdownOutput();

    /**
     * Closes the connection in both directions. {@link TransportListener#onClosed} follows once, if it has not been
     * called yet.
     */
    void close();

    /**
     * Closes the connection at once, without flushing what TLS or the container may hold, and fails an outstanding
     * write.
     */
    void abort();

    /** Whether the bytes travel inside TLS. */
    boolean isSecure();

    /** The peer's address, or null if the transport has none. */
    @Nullable SocketAddress remoteAddress();

    /** The local address, or null if the transport has none. */
    @Nullable SocketAddress localAddress();

    /** Called once when a write has ended. */
    interface WriteCompletion {
        /** All bytes were handed to the network. */
        void written();

        /** The write failed; how much of it was sent is unknown, so the connection is of no more use. */
        void failed(Throwable cause);
    }
}
