package dev.hawser.internal.protocol.deflate;

import java.util.Arrays;

/**
 * One block of a DEFLATE stream (RFC 1951 3.2): collects literals and back references, and writes them in the shortest
 * of the three forms. It never writes a final block. Not thread-safe.
 */
final class DeflateBlock {
    static final int SHORTEST_MATCH = 3;
    static final int LONGEST_MATCH = 258;

    private static final int MOST_TOKENS = 1 << 14;
    private static final int LITERALS = 286;
    private static final int DISTANCES = 30;
    private static final int END_OF_BLOCK = 256;
    private static final int FIRST_LENGTH = 257;
    private static final int LONGEST_OF_LENGTH_CODE = 7;
    /** The order in which the lengths of the code length code are written (RFC 1951 3.2.7). */
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    /** The shortest match of each length symbol; the index is the symbol minus 257 (RFC 1951 3.2.5). */
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };

    private static final byte[] SYMBOL_OF_LENGTH = symbolsOfLengths();
    private static final HuffmanCode FIXED_LITERALS = fixedLiterals();
    private static final HuffmanCode FIXED_DISTANCES = fixedDistances();

    /** A literal is its octet; a back reference is its distance times 2^9 plus its length. */
    private final int[] tokens = new int[MOST_TOKENS];

    private int count;
    /** How many octets the tokens stand for. */
    private int covered;

    private final HuffmanCode literals = new HuffmanCode(LITERALS, HuffmanCode.LONGEST);
    private final HuffmanCode distances = new HuffmanCode(DISTANCES, HuffmanCode.LONGEST);
    private final HuffmanCode codeLengths = new HuffmanCode(CODE_LENGTH_ORDER.length, LONGEST_OF_LENGTH_CODE);
    /**
     * The lengths of both codes in their run-length form: the symbol in the lowest 5 bits, the value of its extra bits
     * above.
     */
    private final int[] header = new int[LITERALS + DISTANCES];

    private int headerCount;
    private int literalLengths;
    private int distanceLengths;

    private static byte[] symbolsOfLengths() {
        byte[] symbols = new byte[LONGEST_MATCH + 1];
        for (int symbol = 0; symbol < LENGTH_BASE.length; symbol++) {
            Arrays.fill(symbols, LENGTH_BASE[symbol], symbols.length, (byte) symbol);
        }
        return symbols;
    }

    private static HuffmanCode fixedLiterals() {
        int[] lengths = new int[288];
        Arrays.fill(lengths, 8);
        Arrays.fill(lengths, 144, END_OF_BLOCK, 9);
        Arrays.fill(lengths, END_OF_BLOCK, 280, 7);
        return HuffmanCode.ofLengths(lengths);
    }

    private static HuffmanCode fixedDistances() {
        int[] lengths = new int[DISTANCES];
        Arrays.fill(lengths, 5);
        return HuffmanCode.ofLengths(lengths);
    }

    private static int extraBitsOfLength(int symbol) {
        return symbol < 8 || symbol == 28 ? 0 : symbol / 4 - 1;
    }

    private static int symbolOfDistance(int distance) {
        int before = distance - 1;
        if (before < 2) {
            return before;
        }
        int log = 31 - Integer.numberOfLeadingZeros(before);
        return 2 * log + (before >>> log - 1 & 1);
    }

    private static int extraBitsOfDistance(int symbol) {
        return symbol < 4 ? 0 : symbol / 2 - 1;
    }

    void literal(byte octet) {
        int symbol = octet & 0xFF;
        tokens[count++] = symbol;
        literals.frequencies[symbol]++;
        covered++;
    }

    void backReference(int length, int distance) {
        tokens[count++] = distance << 9 | length;
        literals.frequencies[FIRST_LENGTH + SYMBOL_OF_LENGTH[length]]++;
        distances.frequencies[symbolOfDistance(distance)]++;
        covered += length;
    }

    boolean isFull() {
        return count == MOST_TOKENS;
    }

    /** How many octets the block stands for so far. */
    int covered() {
        return covered;
    }

    /**
     * Writes the block, unless it is empty, and begins the next. The octets that the block stands for begin at {@code
     * from}.
     */
    void end(byte[] octets, int from, BitOutput out) {
        if (count == 0) {
            return;
        }
        literals.frequencies[END_OF_BLOCK] = 1;
        literals.make();
        distances.make();
        makeHeader();
        long extra = extraBits();
        long fixed = FIXED_LITERALS.bits(literals) + FIXED_DISTANCES.bits(distances) + extra;
        long dynamic = headerBits() + literals.bits(literals) + distances.bits(distances) + extra;
        long stored = 7 + 32 + 8L * covered; // and up to 7 bits to the octet border
        if (stored < Math.min(fixed, dynamic)) {
            stored(octets, from, out);
        } else if (fixed <= dynamic) {
            out.bits(0b01 << 1, 3);
            putTokens(FIXED_LITERALS, FIXED_DISTANCES, out);
        } else {
            out.bits(0b10 << 1, 3);
            putHeader(out);
            putTokens(literals, distances, out);
        }
        count = 0;
        covered = 0;
        literals.clear();
        distances.clear();
    }

    private void stored(byte[] octets, int from, BitOutput out) {
        out.bits(0, 3);
        out.align();
        out.bits(covered, 16);
        out.bits(~covered & 0xFFFF, 16);
        out.octets(octets, from, covered);
    }

    private void putTokens(HuffmanCode ofLiterals, HuffmanCode ofDistances, BitOutput out) {
        for (int i = 0; i < count; i++) {
            int token = tokens[i];
            int distance = token >>> 9;
            if (distance == 0) {
                ofLiterals.put(token, out);
                continue;
            }
            int length = token & 0x1FF;
            int symbol = SYMBOL_OF_LENGTH[length];
            ofLiterals.put(FIRST_LENGTH + symbol, out);
            out.bits(length - LENGTH_BASE[symbol], extraBitsOfLength(symbol));
            int ofDistance = symbolOfDistance(distance);
            ofDistances.put(ofDistance, out);
            int extra = extraBitsOfDistance(ofDistance);
            out.bits(distance - 1 & (1 << extra) - 1, extra);
        }
        ofLiterals.put(END_OF_BLOCK, out);
    }

    private long extraBits() {
        long bits = 0;
        for (int symbol = 0; symbol < LENGTH_BASE.length; symbol++) {
            bits += (long) literals.frequencies[FIRST_LENGTH + symbol] * extraBitsOfLength(symbol);
        }
        for (int symbol = 0; symbol < DISTANCES; symbol++) {
            bits += (long) distances.frequencies[symbol] * extraBitsOfDistance(symbol);
        }
        return bits;
    }

    /** Puts both codes' lengths into one sequence, in which repetitions have their own symbols (RFC 1951 3.2.7). */
    private void makeHeader() {
        literalLengths = LITERALS;
        while (literals.lengths[literalLengths - 1] == 0) {
            literalLengths--;
        }
        distanceLengths = DISTANCES;
        while (distances.lengths[distanceLengths - 1] == 0) {
            distanceLengths--;
        }
        headerCount = 0;
        codeLengths.clear();
        int all = literalLengths + distanceLengths;
        for (int at = 0; at < all; ) {
            int length = lengthAt(at);
            int run = 1;
            while (at + run < all && lengthAt(at + run) == length) {
                run++;
            }
            at += run;
            if (length == 0) {
                zeros(run);
            } else {
                repeated(length, run);
            }
        }
        codeLengths.make();
    }

    private int lengthAt(int index) {
        return index < literalLengths ? literals.lengths[index] : distances.lengths[index - literalLengths];
    }

    private void zeros(int run) {
        int left = run;
        for (; left >= 11; left -= Math.min(left, 138)) {
            lengthSymbol(18, Math.min(left, 138) - 11);
        }
        if (left >= 3) {
            lengthSymbol(17, left - 3);
        } else {
            for (; left > 0; left--) {
                lengthSymbol(0, 0);
            }
        }
    }

    private void repeated(int length, int run) {
        lengthSymbol(length, 0);
        int left = run - 1;
        for (; left >= 3; left -= Math.min(left, 6)) {
            lengthSymbol(16, Math.min(left, 6) - 3);
        }
        for (; left > 0; left--) {
            lengthSymbol(length, 0);
        }
    }

    private void lengthSymbol(int symbol, int extra) {
        header[headerCount++] = extra << 5 | symbol;
        codeLengths.frequencies[symbol]++;
    }

    private static int extraBitsOfLengthSymbol(int symbol) {
        return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    }

    private int codeLengthCount() {
        int present = CODE_LENGTH_ORDER.length;
        while (present > 4 && codeLengths.lengths[CODE_LENGTH_ORDER[present - 1]] == 0) {
            present--;
        }
        return present;
    }

    private long headerBits() {
        long bits = 5 + 5 + 4 + 3L * codeLengthCount() + codeLengths.bits(codeLengths);
        for (int symbol = 16; symbol <= 18; symbol++) {
            bits += (long) codeLengths.frequencies[symbol] * extraBitsOfLengthSymbol(symbol);
        }
        return bits;
    }

    private void putHeader(BitOutput out) {
        out.bits(literalLengths - 257, 5);
        out.bits(distanceLengths - 1, 5);
        int present = codeLengthCount();
        out.bits(present - 4, 4);
        for (int i = 0; i < present; i++) {
            out.bits(codeLengths.lengths[CODE_LENGTH_ORDER[i]], 3);
        }
        for (int i = 0; i < headerCount; i++) {
            int symbol = header[i] & 0x1F;
            codeLengths.put(symbol, out);
            out.bits(header[i] >>> 5, extraBitsOfLengthSymbol(symbol));
        }
    }
}
