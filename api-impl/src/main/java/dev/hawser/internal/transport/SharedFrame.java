package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;

/**
 * One final data frame for many queues. A small one has its unmasked header before its payload, as servers send it: a
 * queue then refers to it, so that a message to ten thousand sessions is not copied into ten thousand buffers. A client
 * masks (RFC 6455 5.3), so it copies. Immutable, apart from its bytes, which nobody may change. Thread-safe.
 */
final class SharedFrame {
    private static final FrameWriter UNMASKED = new FrameWriter(Role.SERVER, () -> 0);

    /** The reserved bits, as in {@link dev.hawser.extension.InboundExtension#RSV1}. */
    final int rsv;
    /** Holds the payload, and before it the header if {@link #isWhole}. */
    final byte[] bytes;
    /** Where the payload begins. */
    final int start;
    /** The length of the payload. */
    final int length;

    private final boolean whole;

    private SharedFrame(int rsv, byte[] bytes, int start, int length, boolean whole) {
        this.rsv = rsv;
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.whole = whole;
    }

    /** A frame for many queues: a small payload is copied behind a header, a big one is kept. */
    static SharedFrame of(Opcode kind, int rsv, byte[] payload, int offset, int length) {
        if (length > OutboundFrames.COPY_LIMIT) {
            return payloadOnly(rsv, payload, offset, length);
        }
        int header = FrameWriter.headerLength(Role.SERVER, length);
        byte[] frame = new byte[header + length];
        UNMASKED.putFrame(ByteBuffer.wrap(frame), true, rsv, kind, payload, offset, length);
        return new SharedFrame(rsv, frame, header, length, true);
    }

    /** A frame that is encoded for one queue, which writes the header. */
    static SharedFrame payloadOnly(int rsv, byte[] payload, int offset, int length) {
        return new SharedFrame(rsv, payload, offset, length, false);
    }

    /** Whether {@link #bytes} are the whole unmasked frame, and nothing else. */
    boolean isWhole() {
        return whole;
    }

    /** The payload; the buffer is the caller's, its bytes are not. */
    ByteBuffer payload() {
        return ByteBuffer.wrap(bytes, start, length);
    }
}
