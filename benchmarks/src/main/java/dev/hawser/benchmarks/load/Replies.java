package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads what a server sends on one connection, and checks all of it. */
interface Replies {
    /**
     * Reads all of these bytes.
     *
     * @return how many messages they have completed
     * @throws BadReplyException if a byte is not what was expected
     */
    int read(ByteBuffer bytes) throws BadReplyException;

    /** Whether the server has sent a close frame. */
    default boolean isClosed() {
        return false;
    }

    /** The next pong to be sent, or null. */
    default @Nullable ByteBuffer takePong() {
        return null;
    }
}
