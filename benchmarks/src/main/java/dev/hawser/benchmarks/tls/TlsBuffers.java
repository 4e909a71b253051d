package dev.hawser.benchmarks.tls;

import java.nio.ByteBuffer;

/**
 * The buffers for records that all channels of one thread share. They are arrays, because the JDK's ciphers work on
 * arrays, and copy what is in direct memory.
 */
public final class TlsBuffers {
    /** More than a record with its header and tag (RFC 8446, 5.2). */
    static final int RECORD = 17 * 1024;

    /** Records that were received. */
    final ByteBuffer in;

    /** Records to be sent. */
    final ByteBuffer out;

    /**
     * Buffers with which a channel receives up to {@code size} bytes at once; a read needs as much room for what they
     * contain. As many plain bytes are sent at once, with one write.
     */
    public TlsBuffers(int size) {
        in = ByteBuffer.allocate(size);
        // Each record of 16 KiB is a few bytes longer, and the engine begins none without room for the longest.
        out = ByteBuffer.allocate(size + size / 64 + 2 * RECORD);
    }
}
