package dev.hawser.internal.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 strictly (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) as it arrives. It reports
 * the first octet that no continuation can make valid, so that the connection can be failed at once (RFC 6455 8.1).
 * ASCII is skipped eight bytes at a time.
 *
 * <p>Not thread-safe. After a text it is reset for the next one.
 */
public final class Utf8Validator {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** Octets that the current sequence still needs: 0 to 3. */
    private int missing;
    /** Octets seen of the current sequence: 0 to 3. */
    private int seen;
    /**
     * The range of the next octet of the current sequence. It is narrower than 0x80..0xBF only for the second octet.
     */
    private int lowest;

    private int highest;

    /**
     * Checks the octets from {@code from} to {@code to}, which continue those of the calls before.
     *
     * @return the index of the first octet that cannot be valid, or -1 if there is none. After a bad octet the state is
     *     undefined until {@link #reset}
     */
    public int firstBad(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (missing == 0) {
                at = skipAscii(bytes, at, to);
                if (at == to) {
                    return -1;
                }
                if (!begin(bytes[at++] & 0xFF)) {
                    return at - 1;
                }
            }
            while (missing > 0 && at < to) {
                int octet = bytes[at] & 0xFF;
                if (octet < lowest || octet > highest) {
                    return at;
                }
                at++;
                seen++;
                missing--;
                lowest = 0x80;
                highest = 0xBF;
            }
            if (missing == 0) {
                seen = 0;
            }
        }
        return -1;
    }

    /** Whether what was checked so far ends with a whole code point. */
    public boolean isComplete() {
        return missing == 0;
    }

    /** How many of the last octets are the beginning of a code point that is not yet whole: 0 to 3. */
    public int pending() {
        return seen;
    }

    /** Prepares for another text. */
    public void reset() {
        missing = 0;
        seen = 0;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - 8 && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Takes the first octet of a sequence, from 0x80 up; the table is that of RFC 3629 section 4. */
    private boolean begin(int octet) {
        seen = 1;
        lowest = 0x80;
        highest = 0xBF;
        if (octet < 0xC2) { // a continuation, or the overlong 0xC0 and 0xC1
            return false;
        }
        if (octet < 0xE0) {
            missing = 1;
        } else if (octet < 0xF0) {
            missing = 2;
            if (octet == 0xE0) {
                lowest = 0xA0; // below it is overlong
            } else if (octet == 0xED) {
                highest = 0x9F; // above it are the surrogates
            }
        } else if (octet < 0xF5) {
            missing = 3;
            if (octet == 0xF0) {
                lowest = 0x90; // below it is overlong
            } else if (octet == 0xF4) {
                highest = 0x8F; // above it is beyond U+10FFFF
            }
        } else {
            return false;
        }
        return true;
    }
}
