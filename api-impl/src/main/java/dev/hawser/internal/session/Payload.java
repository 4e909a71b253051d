package dev.hawser.internal.session;

import java.nio.ByteBuffer;

/**
 * The remaining bytes of a buffer as an array with bounds; the buffer's own array where it has one, which must not
 * change until sent.
 */
record Payload(byte[] bytes, int offset, int length) {
    /** Takes the remaining bytes and moves the position behind them, as a channel would. */
    static Payload of(ByteBuffer buffer) {
        int length = buffer.remaining();
        Payload payload;
        if (buffer.hasArray()) {
            payload = new Payload(buffer.array(), buffer.arrayOffset() + buffer.position(), length);
        } else {
            byte[] copy = new byte[length];
            buffer.duplicate().get(copy);
            payload = new Payload(copy, 0, length);
        }
        buffer.position(buffer.limit());
        return payload;
    }
}
