package dev.hawser.internal.topic;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a topic on one node, as that node says it to the others: a version of this format (1), the number of this
 * statement (8 bytes), how many members there are (4 bytes), and their names, each after its length (2 bytes), unless
 * they are too many.
 *
 * @param number grows with each statement of the node, so that an older one is recognized
 * @param count how many members there are
 * @param names their names; empty if they are too many
 */
record NodeMembers(long number, int count, Set<String> names) {
    private static final byte VERSION = 1;

    /** How many members have no name here. */
    int unnamed() {
        return count - names.size();
    }

    byte[] encoded() {
        List<byte[]> all = new ArrayList<>(names.size());
        int length = 13;
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            all.add(bytes);
            length += 2 + bytes.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.put(VERSION).putLong(number).putInt(count);
        for (byte[] name : all) {
            bytes.putShort((short) name.length).put(name);
        }
        return bytes.array();
    }

    /** Returns null if the bytes are invalid, or of a version that this node does not know. */
    static @Nullable NodeMembers decoded(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        try {
            if (bytes.get() != VERSION) {
                return null;
            }
            long number = bytes.getLong();
            int count = bytes.getInt();
            Set<String> names = new HashSet<>();
            while (bytes.hasRemaining()) {
                byte[] name = new byte[bytes.getShort() & 0xFFFF];
                bytes.get(name);
                names.add(new String(name, StandardCharsets.UTF_8));
            }
            return count < names.size() ? null : new NodeMembers(number, count, Set.copyOf(names));
        } catch (BufferUnderflowException e) {
            return null;
        }
    }
}
