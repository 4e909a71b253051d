package dev.hawser.internal.observe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The beginning of a frame's payload as one word of a log line. Text is in quotes, with an escape for each byte that is
 * not a printable ASCII character, so that a peer writes neither a line of its own nor anything that a log or a
 * terminal acts on. All else is hexadecimal. Immutable.
 */
final class ShownPayload {
    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;
    private final boolean text;
    private final boolean more;

    /**
     * @param bytes what is shown, which belongs to this object now
     * @param text whether it is UTF-8 that no extension has encoded
     * @param more whether the payload has more than that
     */
    ShownPayload(byte[] bytes, boolean text, boolean more) {
        this.bytes = bytes;
        this.text = text;
        this.more = more;
    }

    /** The reason of a close frame, behind its code. */
    ShownPayload reason() {
        return new ShownPayload(Arrays.copyOfRange(bytes, Math.min(2, bytes.length), bytes.length), true, more);
    }

    boolean isEmpty() {
        return bytes.length == 0 && !more;
    }

    @Override
    public String toString() {
        StringBuilder word = new StringBuilder(2 * bytes.length + 5);
        if (text) {
            word.append('"');
            for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
                append(word, c);
            }
            word.append('"');
        } else {
            word.append("0x").append(HEX.formatHex(bytes));
        }
        return more ? word.append("...").toString() : word.toString();
    }

    private static void append(StringBuilder word, char octet) {
        if (octet == '"' || octet == '\\') {
            word.append('\\').append(octet);
        } else if (octet < ' ' || octet > '~' || octet == '$') { // some logs look up what stands behind a $
            word.append("\\x");
            HEX.toHexDigits(word, (byte) octet);
        } else {
            word.append(octet);
        }
    }
}
