package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntSupplier;

/**
 * Writes frames into buffers (RFC 6455 5.2), always with the shortest form of the length. A client's frames get a fresh
 * masking key each. The caller knows which frame may be sent when. A frame that breaks a rule by itself is an
 * IllegalArgumentException. Not thread-safe: the outbound queue's lock guards it.
 */
public final class FrameWriter {
    /** The longest header: two bytes, a length of 64 bits, a masking key. */
    public static final int LONGEST_HEADER = 14;
    /** The most bytes of a close reason in UTF-8: a control frame's 125 less the code's 2. */
    public static final int LONGEST_REASON = 123;

    private static final byte[] NO_STATUS = new byte[0];

    private final boolean masks;
    private final IntSupplier maskingKeys;

    /**
     * @param maskingKeys gives a new masking key per frame, unpredictable to the application (RFC 6455 5.3); a server
     *     never calls it
     */
    public FrameWriter(Role role, IntSupplier maskingKeys) {
        this.masks = role == Role.CLIENT;
        this.maskingKeys = maskingKeys;
    }

    /** The length of a header in bytes: 2 to 14. */
    public static int headerLength(Role role, long payloadLength) {
        int lengthBytes =
                payloadLength <= FrameReader.LONGEST_SHORT ? 0 : payloadLength <= FrameReader.LONGEST_16 ? 2 : 8;
        return 2 + lengthBytes + (role == Role.CLIENT ? 4 : 0);
    }

    /**
     * Puts a header, with a fresh masking key if this is a client. The caller puts the payload behind it, masked with
     * the returned key ({@link Masking}).
     *
     * @param rsv the reserved bits, as in {@link InboundExtension#RSV1}
     * @return the masking key, 0 for a server
     * @throws IllegalArgumentException if a control frame is fragmented or longer than 125 bytes (RFC 6455 5.5), or for
     *     a negative length
     */
    public int putHeader(ByteBuffer dst, boolean fin, int rsv, Opcode opcode, long payloadLength) {
        if (payloadLength < 0 || (opcode.isControl() && (!fin || payloadLength > FrameReader.LONGEST_SHORT))) {
            throw new IllegalArgumentException(opcode.word() + " frame of " + payloadLength + " bytes"
                    + (fin ? "" : ", not final")
                    + (opcode.isControl() ? "; a control frame is final and has at most 125 (RFC 6455 5.5)" : ""));
        }
        dst.put((byte) ((fin ? FrameReader.B0_FIN : 0)
                | (rsv & FrameReader.B0_RSV) << FrameReader.B0_RSV_SHIFT
                | opcode.code()));
        int maskBit = masks ? FrameReader.B1_MASK : 0;
        if (payloadLength <= FrameReader.LONGEST_SHORT) {
            dst.put((byte) (maskBit | (int) payloadLength));
        } else if (payloadLength <= FrameReader.LONGEST_16) {
            dst.put((byte) (maskBit | FrameReader.LENGTH_16));
            putBigEndian(dst, payloadLength, 2);
        } else {
            dst.put((byte) (maskBit | FrameReader.LENGTH_64));
            putBigEndian(dst, payloadLength, 8);
        }
        if (!masks) {
            return 0;
        }
        int key = maskingKeys.getAsInt();
        putBigEndian(dst, key, 4);
        return key;
    }

    /**
     * Puts a whole frame. {@code dst} must have room for {@link #headerLength} and the payload; {@code payload} is not
     * changed.
     */
    public void putFrame(ByteBuffer dst, boolean fin, int rsv, Opcode opcode, byte[] payload, int offset, int length) {
        int key = putHeader(dst, fin, rsv, opcode, length);
        if (!masks) {
            dst.put(payload, offset, length);
            return;
        }
        int at = dst.position();
        if (dst.hasArray()) {
            dst.position(at + length); // before writing: throws if there is no room
            Masking.mask(payload, offset, dst.array(), dst.arrayOffset() + at, length, key, 0);
        } else {
            dst.put(payload, offset, length);
            Masking.mask(dst, at, length, key, 0);
        }
    }

    /**
     * The payload of a close frame. {@link CloseCode#NO_STATUS} without a reason gives the empty payload.
     *
     * @throws IllegalArgumentException for a code that must not be on the wire, or a reason of more than 123 bytes in
     *     UTF-8; see {@link #truncateReason}
     */
    public static byte[] closePayload(int code, String reason) {
        if (code == CloseCode.NO_STATUS && reason.isEmpty()) {
            return NO_STATUS;
        }
        if (!CloseCode.mayBeOnWire(code)) {
            throw new IllegalArgumentException("close code " + code + " must not be sent (RFC 6455 7.4)");
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (text.length > LONGEST_REASON) {
            throw new IllegalArgumentException(
                    "close reason of " + text.length + " bytes in UTF-8; at most 123 fit (RFC 6455 5.5)");
        }
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }

    /** The reason, or as many of its first code points as fit into 123 bytes of UTF-8. */
    public static String truncateReason(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (text.length <= LONGEST_REASON) {
            return reason;
        }
        int end = LONGEST_REASON;
        while ((text[end] & 0xC0) == 0x80) { // the octet after the cut must begin a code point
            end--;
        }
        return new String(Arrays.copyOf(text, end), StandardCharsets.UTF_8);
    }

    private static void putBigEndian(ByteBuffer dst, long value, int count) {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            dst.put((byte) (value >> shift));
        }
    }
}
