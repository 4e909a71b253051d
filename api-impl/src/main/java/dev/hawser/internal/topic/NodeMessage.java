package dev.hawser.internal.topic;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.transport.SharedMessage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way between nodes: a version (1), the kind (1 text, 2 binary), the sending node (8 bytes), its key
 * and the id of the session that must not get it (each after its length, 2 bytes), and the payload. It has no object of
 * the application.
 *
 * @param node the sending node
 * @param except the id of a session of that node, or ""
 */
record NodeMessage(long node, String key, String except, SharedMessage message) {
    private static final byte VERSION = 1;
    private static final int LONGEST_TEXT = 0xFFFF;

    /** @throws IllegalArgumentException if the key is longer than 65,535 bytes */
    byte[] encoded() {
        byte[] about = key.getBytes(StandardCharsets.UTF_8);
        byte[] session = except.getBytes(StandardCharsets.UTF_8);
        if (about.length > LONGEST_TEXT) {
            throw new IllegalArgumentException("a key has at most " + LONGEST_TEXT + " bytes, not " + about.length);
        }
        ByteBuffer payload = message.payload();
        ByteBuffer bytes = ByteBuffer.allocate(14 + about.length + session.length + payload.remaining());
        bytes.put(VERSION).put((byte) (message.kind() == Opcode.TEXT ? 1 : 2)).putLong(node);
        bytes.putShort((short) about.length).put(about);
        bytes.putShort((short) session.length).put(session);
        return bytes.put(payload).array();
    }

    /** Decodes a message. Returns null if the bytes are invalid, or of a version that this node does not know. */
    static @Nullable NodeMessage decoded(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        try {
            if (bytes.get() != VERSION) {
                return null;
            }
            byte kind = bytes.get();
            if (kind != 1 && kind != 2) {
                return null;
            }
            long node = bytes.getLong();
            String key = text(bytes);
            String except = text(bytes);
            byte[] payload = new byte[bytes.remaining()];
            bytes.get(payload);
            return new NodeMessage(
                    node, key, except, new SharedMessage(kind == 1 ? Opcode.TEXT : Opcode.BINARY, payload));
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.getShort() & LONGEST_TEXT];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
