package dev.hawser.tck.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A frame as it was received (RFC 6455 section 5.2), with the mask already taken off.
 *
 * @param fin whether it is the last frame of its message
 * @param opcode 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong
 * @param payload the application data
 */
public record Frame(boolean fin, int opcode, byte[] payload) {

    /** Continuation of a fragmented message. */
    public static final int CONTINUATION = 0x0;
    /** Text. */
    public static final int TEXT = 0x1;
    /** Binary. */
    public static final int BINARY = 0x2;
    /** Close. */
    public static final int CLOSE = 0x8;
    /** Ping. */
    public static final int PING = 0x9;
    /** Pong. */
    public static final int PONG = 0xA;

    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The status code of a close frame; 1005 if it has none (RFC 6455 section 7.1.5). */
    public int closeCode() {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getChar();
    }

    /** The reason of a close frame. */
    public String closeReason() {
        return payload.length <= 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame
                && fin == frame.fin
                && opcode == frame.opcode
                && Arrays.equals(payload, frame.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(fin, opcode, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
        return "Frame[fin=" + fin + ", opcode=" + opcode + ", "
                + (opcode == CLOSE ? closeCode() + " " + closeReason() : text()) + "]";
    }
}
