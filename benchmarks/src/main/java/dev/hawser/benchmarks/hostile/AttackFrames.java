package dev.hawser.benchmarks.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** The frames of attackers. Their masking key is zero, which a server must accept. */
public final class AttackFrames {
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int FIN = 0x80;
    public static final int PONG = 0xA;
    private static final int PING = 0x9;
    private static final int CONTINUATION = 0x0;
    private static final int RSV1 = 0x40;
    private static final int ONE_READ = 64 * 1024;
    /** A little less than the default limit of a text message. */
    private static final int INFLATED = 65_280;
    /** The length of 00 00 ff ff, which is cut off (RFC 7692, 7.2.1). */
    private static final int TAIL = 4;

    private AttackFrames() {}

    /** Whole compressed messages that fill one read of 64 KiB, and inflate to 64 KiB each. */
    static byte[] inflating() {
        byte[] text = new byte[INFLATED];
        Arrays.fill(text, (byte) 'a');
        byte[] compressed = new byte[INFLATED];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(text);
        int length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH) - TAIL;
        deflater.end();
        byte[] frame = frame(FIN | RSV1 | TEXT, Arrays.copyOf(compressed, length));
        ByteArrayOutputStream read = new ByteArrayOutputStream(ONE_READ);
        while (read.size() + frame.length <= ONE_READ) {
            read.writeBytes(frame);
        }
        return read.toByteArray();
    }

    /** A whole text message. */
    public static byte[] text(String text) {
        return frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first frame, with one byte, of a fragmented message. */
    public static byte[] begin(int opcode) {
        return frame(opcode, new byte[] {'a'});
    }

    /** A continuation frame with one byte, which is not the last. */
    static byte[] goOn() {
        return frame(CONTINUATION, new byte[] {'a'});
    }

    /** A text message in this many frames of one byte, without its last. */
    static byte[] fragments(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(begin(TEXT));
        for (int i = 1; i < count; i++) {
            out.writeBytes(goOn());
        }
        return out.toByteArray();
    }

    /** The first frame of a text message, with this many bytes, and the header of a second one of the same length. */
    static byte[] unfinished(int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(frame(TEXT, filled(length)));
        out.writeBytes(Arrays.copyOf(frame(CONTINUATION, filled(4_000)), 8));
        return out.toByteArray();
    }

    /** Pings of the largest size that fill one read of 64 KiB. */
    static byte[] pings() {
        byte[] ping = frame(FIN | PING, filled(125));
        ByteArrayOutputStream read = new ByteArrayOutputStream(ONE_READ);
        while (read.size() + ping.length <= ONE_READ) {
            read.writeBytes(ping);
        }
        return read.toByteArray();
    }

    /** The header of a frame that promises 60,000 bytes of a message, and the first of them. */
    public static byte[] promise(int opcode) {
        return Arrays.copyOf(frame(FIN | opcode, filled(60_000)), 9);
    }

    /** A whole binary message of this length. */
    public static byte[] binary(int length) {
        return frame(FIN | BINARY, filled(length));
    }

    private static byte[] filled(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'a');
        return payload;
    }

    /** A frame with this first byte. */
    public static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
        out.write(first);
        int length = payload.length;
        if (length < 126) {
            out.write(0x80 | length);
        } else if (length < 1 << 16) {
            out.write(0x80 | 126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            out.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) length >>> shift));
            }
        }
        out.writeBytes(new byte[4]); // the mask
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
