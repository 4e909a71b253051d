package dev.hawser.test;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Frames of a peer, written by the engine of Hawser: those of a client are masked (RFC 6455 5.3). */
final class TestFrame {
    private TestFrame() {}

    static byte[] of(Role role, Opcode opcode, boolean fin, byte[] payload) {
        return written(role, opcode, fin, 0, payload, 0, payload.length);
    }

    /** A frame whose payload an extension has encoded. */
    static byte[] encoded(Role role, Opcode opcode, boolean fin, int rsv, byte[] bytes, int offset, int length) {
        return written(role, opcode, fin, rsv, bytes, offset, length);
    }

    /** A text that only this role may send: of a client with a mask, of a server without (RFC 6455 5.1). */
    static byte[] text(Role role, String message) {
        return of(role, Opcode.TEXT, true, message.getBytes(StandardCharsets.UTF_8));
    }

    /** The header of a text frame that promises more, and the first octets of its payload. */
    static byte[] beginning(Role role) {
        byte[] whole = of(role, Opcode.TEXT, true, new byte[100]);
        return Arrays.copyOf(whole, FrameWriter.headerLength(role, 100) + 10);
    }

    private static byte[] written(
            Role role, Opcode opcode, boolean fin, int rsv, byte[] payload, int offset, int length) {
        FrameWriter writer =
                new FrameWriter(role, () -> ThreadLocalRandom.current().nextInt());
        ByteBuffer frame = ByteBuffer.allocate(FrameWriter.headerLength(role, length) + length);
        writer.putFrame(frame, fin, rsv, opcode, payload, offset, length);
        return frame.array();
    }
}
