package dev.hawser.benchmarks.micro;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Payloads and frames to measure with. */
final class Frames {
    private Frames() {}

    /** A text of letters, or of one repeated character of three octets; the size is in octets. */
    static byte[] payload(String characters, int size) {
        String one = characters.equals("ascii") ? "abcdefghijklmnopqrstuvwxyz" : "\u6C34"; // CJK for water
        byte[] octets = one.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[size - (characters.equals("ascii") ? 0 : size % octets.length)];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = octets[i % octets.length];
        }
        return payload;
    }

    /** A client's frame of the payload, {@code count} times. */
    static byte[] ofClient(Opcode opcode, byte[] payload, int count) {
        int size = FrameWriter.headerLength(Role.CLIENT, payload.length) + payload.length;
        ByteBuffer frames = ByteBuffer.allocate(size * count);
        FrameWriter writer = new FrameWriter(Role.CLIENT, () -> 0x12345678);
        for (int i = 0; i < count; i++) {
            writer.putFrame(frames, true, 0, opcode, payload, 0, payload.length);
        }
        return frames.array();
    }

    /** The bytes of the server's frame with that payload. */
    static long sizeOfServer(byte[] payload) {
        return (long) FrameWriter.headerLength(Role.SERVER, payload.length) + payload.length;
    }
}
