package dev.hawser.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How the bytes of a connection get onto its non-blocking socket: unchanged ({@link PlainWire}) or inside TLS. One
 * thread may read while another writes or closes.
 */
public interface Wire {
    /**
     * Reads into the buffer. Returns the number of bytes, 0 if the caller must wait for {@link #readInterest()}, -1 at
     * the end of the stream.
     */
    int read(ByteBuffer destination) throws IOException;

    /** The selection operations to wait for before the next read; 0 if it need not wait. */
    int readInterest();

    /**
     * Writes what the socket takes now. Returns true if that was all, false if the caller must wait for {@code
     * OP_WRITE} and call again.
     */
    boolean write(ByteBuffer[] buffers) throws IOException;

    /** Sends the end of the stream, as far as the socket takes it now. */
    void shutdownOutput() throws IOException;

    /** Sends a close message, if the protocol has one and the socket takes it now. The caller closes the socket. */
    void close();

    /** Whether the bytes travel inside TLS. */
    boolean isSecure();

    /** Whether a read may run on any thread, later than the call that told of bytes, too. */
    default boolean mayBeReadAnywhere() {
        return true;
    }
}
