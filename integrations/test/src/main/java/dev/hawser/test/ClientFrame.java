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
    private static final byte[] NOTHING = {};

    private ClientFrame() {}

    static byte[] of(Opcode opcode, boolean fin, byte[] payload) {
        return written(Role.CLIENT, opcode, fin, payload);
    }

    /** A frame without a mask, which only a server may send (RFC 6455 5.1). */
    static byte[] unmasked(String message) {
        return written(Role.SERVER, Opcode.TEXT, true, message.getBytes(StandardCharsets.UTF_8));
    }

    /** The header of a text frame that promises more, and the first octets of its payload. */
    static byte[] beginning() {
        byte[] whole = of(Opcode.TEXT, true, new byte[100]);
        return Arrays.copyOf(whole, FrameWriter.headerLength(Role.CLIENT, 100) + 10);
    }

    /** The payloads of the fragments of a message as one message's frames; one that is final if there are none. */
    static byte[] fragments(Opcode kind, byte[]... payloads) {
        byte[][] parts = payloads.length == 0 ? new byte[][] {NOTHING} : payloads;
        byte[] all = NOTHING;
        for (int i = 0; i < parts.length; i++) {
            byte[] frame = of(i == 0 ? kind : Opcode.CONTINUATION, i == parts.length - 1, parts[i]);
            int length = all.length;
            all = Arrays.copyOf(all, length + frame.length);
            System.arraycopy(frame, 0, all, length, frame.length);
        }
        return all;
    }

    private static byte[] written(Role role, Opcode opcode, boolean fin, byte[] payload) {
        FrameWriter writer =
                new FrameWriter(role, () -> ThreadLocalRandom.current().nextInt());
        ByteBuffer frame = ByteBuffer.allocate(FrameWriter.headerLength(role, payload.length) + payload.length);
        writer.putFrame(frame, fin, 0, opcode, payload, 0, payload.length);
        return frame.array();
    }
}
