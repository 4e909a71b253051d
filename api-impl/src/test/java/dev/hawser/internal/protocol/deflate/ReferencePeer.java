package dev.hawser.internal.protocol.deflate;

import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.Wire;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A peer that speaks frames and permessage-deflate with java.util.zip and nothing of Hawser's, by the letter of RFC
 * 7692 7.2: what ours and this one agree on is not a mistake that two halves of ours have in common. It keeps a small
 * window by giving each window's worth of a message to a deflater that is as new.
 */
final class ReferencePeer implements AutoCloseable {
    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;

    private final Role role;
    private final boolean keepsContext;
    private final int windowBits;
    private final Deflater deflater = new Deflater(1, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[1 << 18];

    /** The payloads of the current message's frames. */
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

    private boolean compressed;
    private boolean midMessage;

    ReferencePeer(Role role, boolean keepsContext, int windowBits) {
        this.role = role;
        this.keepsContext = keepsContext;
        this.windowBits = windowBits;
    }

    /** The frames of a message, of at most so many compressed octets each. */
    byte[] frames(int opcode, byte[] message, int fragmentSize) {
        byte[] compressedMessage = compressed(message);
        ByteArrayOutputStream wire = new ByteArrayOutputStream(compressedMessage.length + 100);
        int at = 0;
        do {
            int end = Math.min(at + fragmentSize, compressedMessage.length);
            int first = (end == compressedMessage.length ? FIN : 0) | (at == 0 ? RSV1 | opcode : 0);
            wire.writeBytes(Wire.frame(role, first, Arrays.copyOfRange(compressedMessage, at, end)));
            at = end;
        } while (at < compressedMessage.length);
        return wire.toByteArray();
    }

    /** RFC 7692 7.2.1. */
    private byte[] compressed(byte[] message) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream(message.length / 2 + 100);
        int piece = windowBits == 15 ? Math.max(message.length, 1) : 1 << windowBits;
        for (int at = 0; at < message.length; at += piece) {
            if (!keepsContext || windowBits < 15) {
                deflater.reset();
            }
            deflater.setInput(message, at, Math.min(piece, message.length - at));
            int count;
            do {
                count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                stream.write(buffer, 0, count);
            } while (count == buffer.length);
        }
        byte[] all = stream.toByteArray();
        return all.length == 0 ? new byte[1] : Arrays.copyOf(all, all.length - 4);
    }

    /** Takes a frame of the other side, and gives the message that it completes. */
    byte @Nullable [] received(byte[] frame) throws DataFormatException {
        int first = frame[0] & 0xFF;
        int length = frame[1] & 0x7F;
        int at = 2;
        if (length >= 126) {
            int octets = length == 126 ? 2 : 8;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | frame[at++] & 0xFF;
            }
        }
        boolean masked = frame[1] < 0;
        check(masked == (role == Role.SERVER), "a client masks, a server does not (RFC 6455 5.1)");
        int key = at;
        at += masked ? 4 : 0;
        check(at + length == frame.length, "the length is that of the frame");
        if (masked) {
            for (int i = 0; i < length; i++) {
                frame[at + i] ^= frame[key + i % 4];
            }
        }
        payload.write(frame, at, length);
        check(midMessage == ((first & 0xF) == 0), "a continuation frame, and only that, goes on");
        check(!midMessage || (first & 0x70) == 0, "RSV1 is on the first frame only (RFC 7692 6.1)");
        compressed = midMessage ? compressed : (first & RSV1) != 0;
        midMessage = (first & FIN) == 0;
        if (midMessage) {
            return null;
        }
        byte[] message = payload.toByteArray();
        payload.reset();
        return compressed ? inflated(message) : message;
    }

    /** RFC 7692 7.2.2. */
    private byte[] inflated(byte[] stream) throws DataFormatException {
        if (!keepsContext) {
            inflater.reset();
        }
        byte[] tail = {0, 0, (byte) 0xFF, (byte) 0xFF};
        byte[] whole = Arrays.copyOf(stream, stream.length + tail.length);
        System.arraycopy(tail, 0, whole, stream.length, tail.length);
        inflater.setInput(whole);
        ByteArrayOutputStream message = new ByteArrayOutputStream(4 * stream.length);
        for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
            message.write(buffer, 0, count);
        }
        check(inflater.getRemaining() == 0, "nothing is left over");
        return message.toByteArray();
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("not so: " + rule);
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
