package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;

/** Compares the payloads of one connection's messages, one message after the other. */
interface PayloadCheck {
    /** A message begins; {@code compressed} is RSV1 of its first frame. */
    void begin(boolean compressed) throws BadReplyException;

    /** The next {@code length} bytes of {@code bytes} belong to the message; they are consumed. */
    void part(ByteBuffer bytes, int length) throws BadReplyException;

    /** The message is complete. */
    void end() throws BadReplyException;
}
