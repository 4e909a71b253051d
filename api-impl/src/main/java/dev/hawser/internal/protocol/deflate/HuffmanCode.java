package dev.hawser.internal.protocol.deflate;

import java.util.Arrays;

/**
 * A prefix code of DEFLATE (RFC 1951 3.2.2), made for given frequencies. Reused for one block after the other; not
 * thread-safe.
 */
final class HuffmanCode {
    /** The longest code of any alphabet of DEFLATE. */
    static final int LONGEST = 15;

    private static final int SYMBOL_BITS = 9;

    final int[] frequencies;
    /** The length of each symbol's code in bits; 0 if the symbol does not occur. */
    final int[] lengths;
    /**
     * The code of each symbol with its bits reversed: a Huffman code is sent from its most significant bit on (RFC 1951
     * 3.1.1).
     */
    private final int[] codes;

    private final int longest;
    /** Frequency and symbol in one int, to be sorted: a block has at most 2^14 + 1 symbols, of fewer than 2^9 kinds. */
    private final int[] order;

    private final int[] depth;

    /** @param longest the most bits that a code may have */
    HuffmanCode(int symbols, int longest) {
        this.longest = longest;
        frequencies = new int[symbols];
        lengths = new int[symbols];
        codes = new int[symbols];
        order = new int[symbols];
        depth = new int[symbols];
    }

    /** A code of given lengths, as are the fixed codes of RFC 1951 3.2.6. */
    static HuffmanCode ofLengths(int... lengths) {
        HuffmanCode code = new HuffmanCode(lengths.length, LONGEST);
        System.arraycopy(lengths, 0, code.lengths, 0, lengths.length);
        code.assignCodes();
        return code;
    }

    void clear() {
        Arrays.fill(frequencies, 0);
    }

    /**
     * Makes the code of the frequencies. It has at least two symbols, as in zlib: some decoders refuse a code of one
     * symbol.
     */
    void make() {
        int used = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            lengths[symbol] = 0;
            if (frequencies[symbol] > 0) {
                order[used++] = frequencies[symbol] << SYMBOL_BITS | symbol;
            }
        }
        for (int symbol = 0; used < 2; symbol++) {
            if (frequencies[symbol] == 0) {
                order[used++] = 1 << SYMBOL_BITS | symbol;
            }
        }
        Arrays.sort(order, 0, used);
        for (int i = 0; i < used; i++) {
            depth[i] = order[i] >>> SYMBOL_BITS;
        }
        minimumRedundancy(used);
        int[] ofLength = limited(used);
        int next = used;
        for (int length = 1; length <= longest; length++) {
            for (int i = ofLength[length]; i > 0; i--) {
                lengths[order[--next] & (1 << SYMBOL_BITS) - 1] = length;
            }
        }
        assignCodes();
    }

    /**
     * Replaces the frequencies in {@link #depth}, which ascend, by the depths of their leaves in the Huffman tree,
     * which then descend. It works in place, in three passes (Moffat and Katajainen): an internal node takes the place
     * of a leaf or node that was joined.
     */
    private void minimumRedundancy(int used) {
        int[] a = depth;
        int leaf = 0;
        int root = 0;
        for (int next = 0; next < used - 1; next++) {
            int sum = 0;
            for (int child = 0; child < 2; child++) {
                if (leaf >= used || root < next && a[root] < a[leaf]) {
                    sum += a[root];
                    a[root++] = next; // the parent
                } else {
                    sum += a[leaf++];
                }
            }
            a[next] = sum;
        }
        a[used - 2] = 0;
        for (int next = used - 3; next >= 0; next--) {
            a[next] = a[a[next]] + 1;
        }
        int available = 1;
        int internal = 0;
        int level = 0;
        root = used - 2;
        int next = used - 1;
        while (available > 0) {
            while (root >= 0 && a[root] == level) {
                internal++;
                root--;
            }
            while (available > internal) {
                a[next--] = level;
                available--;
            }
            available = 2 * internal;
            internal = 0;
            level++;
        }
    }

    /**
     * How many codes have each length, up to {@link #longest}: longer codes are shortened to it, and shorter codes are
     * lengthened to make room.
     */
    private int[] limited(int used) {
        int[] ofLength = new int[longest + 1];
        long filled = 0; // how much of the code space is used, in codes of the greatest length
        for (int i = 0; i < used; i++) {
            int length = Math.min(depth[i], longest);
            ofLength[length]++;
            filled += 1L << longest - length;
        }
        while (filled > 1L << longest) {
            int length = longest - 1;
            while (ofLength[length] == 0) {
                length--;
            }
            ofLength[length]--;
            ofLength[length + 1] += 2;
            ofLength[longest]--;
            filled--;
        }
        return ofLength;
    }

    private void assignCodes() {
        int[] next = new int[LONGEST + 2];
        for (int length : lengths) {
            next[length + 1]++;
        }
        next[1] = 0;
        for (int length = 2; length <= LONGEST; length++) {
            next[length] = next[length - 1] + next[length] << 1;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                codes[symbol] = Integer.reverse(next[length]++) >>> Integer.SIZE - length;
            }
        }
    }

    void put(int symbol, BitOutput out) {
        out.bits(codes[symbol], lengths[symbol]);
    }

    /** The bits that all symbols take in this code, each as often as {@code of} counts it. */
    long bits(HuffmanCode of) {
        long bits = 0;
        for (int symbol = 0; symbol < of.frequencies.length; symbol++) {
            bits += (long) of.frequencies[symbol] * lengths[symbol];
        }
        return bits;
    }
}
