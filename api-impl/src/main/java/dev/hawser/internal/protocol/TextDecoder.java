package dev.hawser.internal.protocol;

import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes text strictly (RFC 6455 8.1). A text that has arrived as a whole is decoded by the class library, which is
 * fast, and validated only if the result holds U+FFFD, which every malformed octet leaves behind. A text that comes in
 * pieces is validated piece by piece; only such texts need a decoder, one text after the other. Not thread-safe.
 */
final class TextDecoder {
    private static final byte[] NOTHING = new byte[0];

    private final Utf8Validator validator = new Utf8Validator();
    /** Octets of this text checked before the current piece. */
    private long checked;
    /** The beginning of a code point whose rest has not come, only for texts delivered in parts. */
    private byte[] carry = NOTHING;

    /** Takes and decodes a text that has arrived as a whole, without a copy if the buffer has an array. */
    static String whole(FrameReader frame, ByteBuffer unread) throws RemoteProtocolException {
        if (!unread.hasArray()) {
            byte[] payload = frame.takeAll(unread);
            return whole(payload, 0, payload.length);
        }
        int length = frame.available(unread);
        frame.takeInPlace(unread, length);
        int at = unread.position();
        String text = whole(unread.array(), unread.arrayOffset() + at, length);
        unread.position(at + length);
        return text;
    }

    private static String whole(byte[] bytes, int from, int length) throws RemoteProtocolException {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            TextDecoder strict = new TextDecoder();
            strict.check(bytes, from, from + length);
            strict.finish();
        }
        return text;
    }

    /** Checks the next octets of a text that comes in pieces. */
    void check(byte[] bytes, int from, int to) throws RemoteProtocolException {
        int bad = validator.firstBad(bytes, from, to);
        if (bad >= 0) {
            throw new RemoteProtocolException(
                    CloseCode.NOT_CONSISTENT,
                    "text is not UTF-8 at byte " + (checked + bad - from) + " (RFC 6455 8.1)");
        }
        checked += to - from;
    }

    /** Checks that the text does not end inside a code point. Another text may follow. */
    void finish() throws RemoteProtocolException {
        if (!validator.isComplete()) {
            throw new RemoteProtocolException(
                    CloseCode.NOT_CONSISTENT,
                    "text is not UTF-8: it ends inside a code point at byte " + checked + " (RFC 6455 8.1)");
        }
        validator.reset();
        checked = 0;
        carry = NOTHING;
    }

    /** How many octets of the part before were carried over, to be decoded with the next part. */
    int carried() {
        return carry.length;
    }

    /** Puts the octets carried over at the start of {@code bytes}; the octets of the next part come behind them. */
    void giveCarryTo(byte[] bytes) {
        System.arraycopy(carry, 0, bytes, 0, carry.length);
    }

    /**
     * Checks the octets from {@code fresh} to {@code to}, decodes those from the first to the end of the last whole
     * code point, and carries the rest over.
     */
    String part(byte[] bytes, int fresh, int to) throws RemoteProtocolException {
        check(bytes, fresh, to);
        int pending = validator.pending();
        carry = pending == 0 ? NOTHING : Arrays.copyOfRange(bytes, to - pending, to);
        return new String(bytes, 0, to - pending, StandardCharsets.UTF_8);
    }
}
