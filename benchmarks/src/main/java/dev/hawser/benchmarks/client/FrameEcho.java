package dev.hawser.benchmarks.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Turns the frames of a client into a server's frames that echo them: data frames with the same payload, a ping as a
 * pong, and a close frame as it is. One thread uses it, for all its connections; it has no state.
 */
final class FrameEcho {
    /** The longest frame, with its header; buffers hold as much. */
    static final int LONGEST = 64 * 1024;

    private static final int MASKED = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int RESERVED = 0x70;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int KEY = 4;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    private FrameEcho() {}

    /**
     * Reads whole frames, and writes their echoes; the beginning of a frame stays in {@code in}. An echo is shorter
     * than its frame, so as much room as {@code in} has bytes is enough.
     *
     * @return false after a close frame, behind which nothing is read
     * @throws IOException if a frame is not masked, has a reserved bit, or is too long
     */
    static boolean echo(ByteBuffer in, ByteBuffer out) throws IOException {
        while (true) {
            int begin = in.position();
            int length = payloadLength(in);
            if (length < 0 || in.remaining() < KEY + length) {
                in.position(begin);
                return true;
            }
            int first = in.get(begin) & 0xFF;
            int key = in.getInt();
            int opcode = first & OPCODE;
            if (opcode == PONG) {
                in.position(in.position() + length);
                continue;
            }
            out.put((byte) (opcode == PING ? first - PING + PONG : first));
            putLength(length, out);
            unmask(in, length, key, out);
            if (opcode == CLOSE) {
                return false;
            }
        }
    }

    /** Reads a header up to the masking key. Returns -1 if it is not whole; the position is then undefined. */
    private static int payloadLength(ByteBuffer in) throws IOException {
        if (in.remaining() < 2) {
            return -1;
        }
        int first = in.get();
        int second = in.get();
        if ((first & RESERVED) != 0) {
            throw new IOException("A frame with a reserved bit, though no extension was agreed on");
        }
        if ((second & MASKED) == 0) {
            throw new IOException("A frame of a client without a mask");
        }
        int length = second & ~MASKED & 0xFF;
        if (length == TWO_BYTES) {
            length = in.remaining() < Short.BYTES ? -1 : in.getShort() & 0xFFFF;
        } else if (length == EIGHT_BYTES) {
            length = in.remaining() < Long.BYTES ? -1 : clamped(in.getLong());
        }
        if (length > LONGEST - 14) { // the longest header of a client's frame
            throw new IOException("A frame with a payload of " + length + " bytes is too long for this server");
        }
        return length;
    }

    private static int clamped(long length) {
        return length < 0 || length > LONGEST ? Integer.MAX_VALUE : (int) length;
    }

    private static void putLength(int length, ByteBuffer out) {
        if (length < TWO_BYTES) {
            out.put((byte) length);
        } else {
            out.put((byte) TWO_BYTES).putShort((short) length); // none is longer than two bytes say
        }
    }

    private static void unmask(ByteBuffer in, int length, int key, ByteBuffer out) {
        long twice = (long) key << 32 | key & 0xFFFFFFFFL;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            out.putLong(in.getLong() ^ twice);
        }
        for (; i < length; i++) {
            out.put((byte) (in.get() ^ key >>> 24 - 8 * (i & 3)));
        }
    }
}
