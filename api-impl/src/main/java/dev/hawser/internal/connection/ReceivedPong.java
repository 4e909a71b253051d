package dev.hawser.internal.connection;

import jakarta.websocket.PongMessage;
import java.nio.ByteBuffer;

/** A received pong, for handlers. */
final class ReceivedPong implements PongMessage {
    private final byte[] payload;

    ReceivedPong(byte[] payload) {
        this.payload = payload;
    }

    /** A new buffer for each call, so that one reader does not move the position of another. */
    @Override
    public ByteBuffer getApplicationData() {
        return ByteBuffer.wrap(payload);
    }
}
