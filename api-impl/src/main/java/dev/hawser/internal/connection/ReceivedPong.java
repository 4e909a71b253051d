package dev.hawser.internal.connection;

import jakarta.websocket.PongMessage;
import java.nio.ByteBuffer;

/** A pong as handlers get it. */
final class ReceivedPong implements PongMessage {
    private final byte[] payload;

    ReceivedPong(byte[] payload) {
        this.payload = payload;
    }

    /** A buffer of its own for each call, so that one reader does not move another's position. */
    @Override
    public ByteBuffer getApplicationData() {
        return ByteBuffer.wrap(payload);
    }
}
