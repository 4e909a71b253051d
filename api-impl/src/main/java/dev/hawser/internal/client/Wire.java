package dev.hawser.internal.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How the bytes of a connection get onto its non-blocking socket: as they are ({@link PlainWire}) or inside TLS
 * ({@link TlsWire}). One thread reads while another writes or closes; implementations see to that.
 */
interface Wire {
    /**
     * Reads into the buffer: the number of bytes, 0 when it must wait for {@link #readInterest()}, -1 at the end of the
     * stream.
     */
    int read(ByteBuffer destination) throws IOException;

    /** The selection operations to wait for before the next read can bring anything; 0 if it need not wait. */
    int readInterest();

    /**
     * Writes what the socket takes now: true if all remaining bytes went, false if it must wait for {@code OP_WRITE}
     * and call again.
     */
    boolean write(ByteBuffer[] buffers) throws IOException;

    /** Sends the end of the stream, as far as the socket takes it now. */
    void shutdownOutput() throws IOException;

    /**
     * Says good-bye if the protocol has a word for it and the socket takes it now; the socket itself is the caller's to
     * close.
     */
    void close();

    /** Whether the bytes travel inside TLS. */
    boolean isSecure();
}
