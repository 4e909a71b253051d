package dev.hawser.internal.session;

import java.nio.ByteBuffer;

/**
 * The remaining bytes of a buffer as an array with bounds. If the buffer has an array, it is used, and must not change
 * until it was sent.
 */
record Payload(byte[] bytes, int offset, int length) {
    /** Takes the remaining bytes, and moves the position behind them, like a channel. */
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
