package dev.hawser.internal.protocol.deflate;

import java.util.Arrays;

/**
 * Reads DEFLATE (RFC 1951) bit by bit, independently of zlib, and tells what zlib does not: how far the longest back
 * reference reaches. Also follows references into what the stream before left, as context takeover does.
 */
final class DeflateReader {
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    /** All that was decoded, over all streams given to this reader. */
    private byte[] window = new byte[1 << 16];

    private int size;
    private int longestDistance;
    private byte[] in = new byte[0];
    /** In bits. */
    private long position;

    /**
     * Decodes a message's payload, to which the four octets that the sender took off are appended first (RFC 7692
     * 7.2.2).
     */
    byte[] message(byte[] payload) {
        in = Arrays.copyOf(payload, payload.length + 4);
        in[in.length - 2] = (byte) 0xFF;
        in[in.length - 1] = (byte) 0xFF;
        position = 0;
        int start = size;
        while (position < 8L * in.length) {
            block();
        }
        return Arrays.copyOfRange(window, start, size);
    }

    int longestDistance() {
        return longestDistance;
    }

    private void block() {
        bits(1); // BFINAL: what follows is another stream, read just the same
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> compressed(codes(fixedLengths()), codes(filled(30, 5)));
            case 2 -> dynamic();
            default -> throw new AssertionError("block type 3 at bit " + position);
        }
    }

    private void stored() {
        position = (position + 7) / 8 * 8;
        int length = bits(16);
        if ((bits(16) ^ 0xFFFF) != length) {
            throw new AssertionError("stored block with lengths that do not agree at bit " + position);
        }
        for (int i = 0; i < length; i++) {
            put(bits(8));
        }
    }

    private static int[] filled(int count, int length) {
        int[] lengths = new int[count];
        Arrays.fill(lengths, length);
        return lengths;
    }

    private static int[] fixedLengths() {
        int[] lengths = filled(288, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        return lengths;
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int count = bits(4) + 4;
        int[] codeLengths = new int[19];
        for (int i = 0; i < count; i++) {
            codeLengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        Codes lengthCodes = codes(codeLengths);
        int[] lengths = new int[literals + distances];
        for (int i = 0; i < lengths.length; ) {
            int symbol = lengthCodes.read();
            if (symbol < 16) {
                lengths[i++] = symbol;
                continue;
            }
            int repeated = symbol == 16 ? lengths[i - 1] : 0;
            int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            Arrays.fill(lengths, i, i + times, repeated);
            i += times;
        }
        compressed(
                codes(Arrays.copyOf(lengths, literals)), codes(Arrays.copyOfRange(lengths, literals, lengths.length)));
    }

    private void compressed(Codes literals, Codes distances) {
        for (int symbol = literals.read(); symbol != 256; symbol = literals.read()) {
            if (symbol < 256) {
                put(symbol);
                continue;
            }
            int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_BITS[symbol - 257]);
            int code = distances.read();
            int extra = code < 4 ? 0 : code / 2 - 1;
            int distance = (code < 4 ? code : (2 + code % 2) << extra) + 1 + bits(extra);
            if (distance > size) {
                throw new AssertionError("distance " + distance + " reaches before the beginning");
            }
            longestDistance = Math.max(longestDistance, distance);
            for (int i = 0; i < length; i++) {
                put(window[size - distance]);
            }
        }
    }

    private void put(int octet) {
        if (size == window.length) {
            window = Arrays.copyOf(window, 2 * size);
        }
        window[size++] = (byte) octet;
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, position++) {
            value |= (in[(int) (position >> 3)] >> (position & 7) & 1) << i;
        }
        return value;
    }

    private Codes codes(int[] lengths) {
        return new Codes(lengths);
    }

    /** A canonical Huffman code (RFC 1951 3.2.2). */
    private final class Codes {
        private final int[] countOfLength = new int[16];
        private final int[] symbols;

        Codes(int[] lengths) {
            for (int length : lengths) {
                countOfLength[length]++;
            }
            countOfLength[0] = 0;
            int[] all = new int[lengths.length];
            int at = 0;
            for (int length = 1; length < 16; length++) {
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] == length) {
                        all[at++] = symbol;
                    }
                }
            }
            symbols = Arrays.copyOf(all, at);
        }

        int read() {
            int code = 0;
            int first = 0;
            int index = 0;
            for (int length = 1; length < 16; length++) {
                code |= bits(1);
                int count = countOfLength[length];
                if (code - first < count) {
                    return symbols[index + code - first];
                }
                index += count;
                first = (first + count) << 1;
                code <<= 1;
            }
            throw new AssertionError("no code at bit " + position);
        }
    }
}
