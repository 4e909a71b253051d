package dev.hawser.test;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Frames of a client, written by the engine of Hawser. */
final class ClientFrame {
    private ClientFrame() {}

    static byte[] of(Opcode opcode, boolean fin, byte[] payload) {
        return written(Role.CLIENT, opcode, fin, 0, payload, 0, payload.length);
    }

    /** A frame whose payload an extension has encoded. */
    static byte[] encoded(Opcode opcode, boolean fin, int rsv, byte[] bytes, int offset, int length) {
        return written(Role.CLIENT, opcode, fin, rsv, bytes, offset, length);
    }

    /** A frame without a mask, which only a server may send (RFC 6455 5.1). */
    static byte[] unmasked(String message) {
        byte[] payload = message.getBytes(StandardCharsets.UTF_8);
        return written(Role.SERVER, Opcode.TEXT, true, 0, payload, 0, payload.length);
    }

    /** The header of a text frame that promises more, and the first octets of its payload. */
    static byte[] beginning() {
        byte[] whole = of(Opcode.TEXT, true, new byte[100]);
        return Arrays.copyOf(whole, FrameWriter.headerLength(Role.CLIENT, 100) + 10);
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
