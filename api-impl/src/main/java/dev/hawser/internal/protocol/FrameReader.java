package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one frame after the other (RFC 6455 5.2): the header whole or not at all, then the payload in pieces, unmasked.
 *
 * <pre>
 *   byte 0: FIN RSV1 RSV2 RSV3 | opcode (4 bits)
 *   byte 1: MASK | length (7 bits); 126: 16 bits follow, 127: 64 bits follow
 *   then the masking key (4 bytes) if MASK is set, then the payload
 * </pre>
 *
 * Every rule about a single header is checked here, and on the first two bytes where they suffice, so that no memory is
 * reserved for an illegal frame. Not thread-safe.
 */
final class FrameReader {
    static final int B0_FIN = 0x80;
    static final int B0_RSV_SHIFT = 4;
    static final int B0_RSV = 0x7;
    static final int B0_OPCODE = 0xF;
    static final int B1_MASK = 0x80;
    static final int B1_LENGTH = 0x7F;
    /** The value of the 7-bit length that says: the length follows in 16 bits. */
    static final int LENGTH_16 = 126;
    /** The value of the 7-bit length that says: the length follows in 64 bits. */
    static final int LENGTH_64 = 127;
    /** The longest payload whose length fits into byte 1; also the maximum of a control frame (RFC 6455 5.5). */
    static final int LONGEST_SHORT = 125;
    /** The longest payload whose length is written in 16 bits. */
    static final int LONGEST_16 = 0xFFFF;

    private static final int KEY_LENGTH = 4;
    private static final byte[] NOTHING = new byte[0];

    private final boolean masked;
    /** The reserved bits that the negotiated extensions use. */
    private final int claimedRsv;
    /** The claimed reserved bits that may also be set on a continuation frame. */
    private final int continuationRsv;

    private Opcode opcode = Opcode.CONTINUATION;
    private boolean fin;
    private int rsv;
    private long length;
    /** Payload octets not yet taken; 0 when the frame is complete. */
    private long remaining;

    private int maskingKey;
    /** Is shown the payload of this frame; null if nobody looks. */
    private @Nullable Consumer<ByteBuffer> looker;

    FrameReader(Role role, List<InboundExtension> extensions) {
        this.masked = role == Role.SERVER;
        int claimed = 0;
        int onContinuation = 0;
        for (InboundExtension extension : extensions) {
            claimed = InboundChain.claim(claimed, extension.rsv());
            if (extension.scope() == InboundExtension.Scope.FRAME) {
                onContinuation |= extension.rsv();
            }
        }
        this.claimedRsv = claimed;
        this.continuationRsv = onContinuation;
    }

    /**
     * Reads the next header; the payload of the frame before must have been taken.
     *
     * @return false if the header has not arrived in full; the buffer is then untouched
     */
    boolean readHeader(ByteBuffer unread) throws RemoteProtocolException {
        if (unread.remaining() < 2) {
            return false;
        }
        int at = unread.position();
        int byte0 = unread.get(at);
        int byte1 = unread.get(at + 1);
        Opcode code = check(byte0, byte1);
        int shortLength = byte1 & B1_LENGTH;
        int lengthBytes = shortLength < LENGTH_16 ? 0 : shortLength == LENGTH_16 ? 2 : 8;
        int headerLength = 2 + lengthBytes + (masked ? KEY_LENGTH : 0);
        if (unread.remaining() < headerLength) {
            return false;
        }
        length = lengthBytes == 0 ? shortLength : longLength(bigEndian(unread, at + 2, lengthBytes), lengthBytes);
        maskingKey = masked ? (int) bigEndian(unread, at + headerLength - KEY_LENGTH, KEY_LENGTH) : 0;
        remaining = length;
        opcode = code;
        fin = (byte0 & B0_FIN) != 0;
        rsv = byte0 >> B0_RSV_SHIFT & B0_RSV;
        unread.position(at + headerLength);
        return true;
    }

    private Opcode check(int byte0, int byte1) throws RemoteProtocolException {
        Opcode code = Opcode.of(byte0 & B0_OPCODE);
        if (code == null) {
            throw violation("opcode 0x%X is reserved (RFC 6455 5.2)".formatted(byte0 & B0_OPCODE));
        }
        int set = byte0 >> B0_RSV_SHIFT & B0_RSV;
        if (set != 0) {
            checkRsv(code, set);
        }
        if (((byte1 & B1_MASK) != 0) != masked) {
            throw violation(
                    masked
                            ? "frame of a client is not masked (RFC 6455 5.1)"
                            : "frame of a server is masked (RFC 6455 5.1)");
        }
        if (code.isControl()) {
            if ((byte0 & B0_FIN) == 0) {
                throw violation(code.word() + " frame is fragmented (RFC 6455 5.5)");
            }
            if ((byte1 & B1_LENGTH) > LONGEST_SHORT) {
                throw violation(code.word() + " frame of more than 125 bytes (RFC 6455 5.5)");
            }
        }
        return code;
    }

    private void checkRsv(Opcode code, int set) throws RemoteProtocolException {
        int unclaimed = set & ~claimedRsv;
        if (unclaimed != 0) {
            throw violation(rsvNames(unclaimed) + " set, which no negotiated extension uses (RFC 6455 5.2)");
        }
        if (code.isControl()) {
            throw violation(rsvNames(set) + " set on a " + code.word() + " frame (RFC 6455 5.5)");
        }
        int misplaced = set & ~continuationRsv;
        if (code == Opcode.CONTINUATION && misplaced != 0) {
            throw violation(rsvNames(misplaced) + " set on a continuation frame; it belongs on the first of a message");
        }
    }

    private static long longLength(long value, int lengthBytes) throws RemoteProtocolException {
        if (value < 0) {
            throw violation("payload length 0x%X has its highest bit set (RFC 6455 5.2)".formatted(value));
        }
        if (value <= (lengthBytes == 2 ? LONGEST_SHORT : LONGEST_16)) {
            throw violation("payload length " + value + " takes " + lengthBytes * 8
                    + " bits, which is not the shortest form (RFC 6455 5.2)");
        }
        return value;
    }

    private static long bigEndian(ByteBuffer buffer, int index, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 8) | (buffer.get(index + i) & 0xFF);
        }
        return value;
    }

    static String rsvNames(int bits) {
        StringBuilder names = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            if ((bits & 8 >> i) != 0) {
                names.append(names.isEmpty() ? "RSV" : " and RSV").append(i);
            }
        }
        return names.toString();
    }

    static RemoteProtocolException violation(String message) {
        return new RemoteProtocolException(CloseCode.PROTOCOL_ERROR, message);
    }

    Opcode opcode() {
        return opcode;
    }

    boolean fin() {
        return fin;
    }

    int rsv() {
        return rsv;
    }

    /** The payload length of the header. */
    long length() {
        return length;
    }

    /** Whether the whole payload has been taken. */
    boolean isOver() {
        return remaining == 0;
    }

    /** How much of the payload is in {@code unread}. */
    int available(ByteBuffer unread) {
        return (int) Math.min(remaining, unread.remaining());
    }

    /** Whether the payload is in {@code unread} from its beginning to its end. */
    boolean isWholeIn(ByteBuffer unread) {
        return remaining == length && length <= unread.remaining();
    }

    /** How much of the payload has been taken. */
    long taken() {
        return length - remaining;
    }

    /** Shows somebody the payload of this frame, as {@link MessageSink#onFrame} asks for it. */
    void shownTo(@Nullable Consumer<ByteBuffer> somebody) {
        looker = somebody;
    }

    /** Moves the next {@code count} payload octets from {@code unread} to {@code to}, unmasked. */
    void take(ByteBuffer unread, byte[] to, int offset, int count) {
        if (!masked) {
            unread.get(to, offset, count);
        } else if (unread.hasArray()) {
            int from = unread.arrayOffset() + unread.position();
            Masking.mask(unread.array(), from, to, offset, count, maskingKey, phase());
            unread.position(unread.position() + count);
        } else {
            unread.get(to, offset, count);
            Masking.mask(to, offset, count, maskingKey, phase());
        }
        remaining -= count;
        if (looker != null) {
            looker.accept(ByteBuffer.wrap(to, offset, count));
        }
    }

    /** Takes what is in {@code unread} of the payload, unmasked, in an array of its own. */
    byte[] takeAll(ByteBuffer unread) {
        int count = available(unread);
        byte[] payload = count == 0 ? NOTHING : new byte[count];
        take(unread, payload, 0, count);
        return payload;
    }

    /**
     * Takes the next {@code count} payload octets where they are: unmasks them in {@code unread}, whose position stays
     * before them.
     */
    void takeInPlace(ByteBuffer unread, int count) {
        if (masked) {
            Masking.mask(unread, unread.position(), count, maskingKey, phase());
        }
        remaining -= count;
        if (looker != null) {
            looker.accept(unread.slice(unread.position(), count));
        }
    }

    private int phase() {
        return (int) taken();
    }
}
