package dev.hawser.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The octets of a message that comes in more than one piece: one array that grows. The array is never longer than
 * {@value #TRUST} times what has arrived, or {@value #FLOOR} bytes if that is more, whatever length is declared: a
 * header alone must not make this side reserve memory. Not thread-safe. It holds nothing between messages.
 */
final class MessageBuffer {
    /** The longest array that any JVM gives. */
    static final int LONGEST = Integer.MAX_VALUE - 8;

    private static final int TRUST = 8;
    private static final int FLOOR = 4096;
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = NOTHING;
    private int count;

    int count() {
        return count;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The memory of the array. Any thread may call this; the result may be a moment old. */
    int heldBytes() {
        return bytes.length;
    }

    /**
     * Appends the next {@code more} octets of the frame.
     *
     * @param declared the size of the message by the headers so far, this frame's included
     * @param most the size that the message may have in all
     */
    void append(FrameReader frame, ByteBuffer unread, int more, long declared, long most) {
        if (more > bytes.length - count) {
            long wanted = frame.fin() ? declared : Math.min(Math.max(declared, bytes.length * 2L), most);
            long trusted = Math.max(FLOOR, (count + more) * (long) TRUST);
            grow(trusted > wanted - wanted / 8 ? wanted : trusted);
        }
        frame.take(unread, bytes, count, more);
        count += more;
    }

    /**
     * Room to decode into: what is free of the array, which grows first if it is full, but never beyond {@code most}
     * octets. The caller then calls {@link #decoded}.
     */
    ByteBuffer room(int most, int hint) {
        if (count == bytes.length) {
            grow(Math.min(Math.max(bytes.length * 2L, hint), most));
        }
        return ByteBuffer.wrap(bytes, count, bytes.length - count);
    }

    /** Counts the octets that the caller put into {@link #room}. */
    void decoded(ByteBuffer room) {
        count = room.position();
    }

    private void grow(long capacity) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(capacity, LONGEST));
    }

    /** Takes the octets out, in an array of exactly their length. */
    byte[] takeBytes() {
        byte[] taken = bytes.length == count ? bytes : Arrays.copyOf(bytes, count);
        clear();
        return taken;
    }

    /** Takes the octets out as text, which must have been checked. */
    String takeText() {
        String taken = new String(bytes, 0, count, StandardCharsets.UTF_8);
        clear();
        return taken;
    }

    void clear() {
        bytes = NOTHING;
        count = 0;
    }
}
