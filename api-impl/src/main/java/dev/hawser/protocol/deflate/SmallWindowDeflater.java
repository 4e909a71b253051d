package dev.hawser.protocol.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * DEFLATE (RFC 1951) with a window of less than 32 KiB, which java.util.zip cannot be told to use: LZ77 over hash chains with lazy matching,
 * as zlib does it, but with distances up to the whole window. One serves one message at a time; between messages it can be used for any
 * other, since what a message may refer back to is told at its beginning. Some 220 KiB of heap. Not thread-safe.
 */
final class SmallWindowDeflater {
    private static final int LARGEST_WINDOW_BITS = DeflateParameters.LARGEST_WINDOW - 1;
    /** Every position in it fits a {@code char}, and a block of it fits the 16 bits of a stored one's length. */
    private static final int CAPACITY = 1 << 16;

    private static final VarHandle FOUR_OCTETS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MOST_HASH_BITS = 15;
    /** Three octets further back than this take more bits than they save. */
    private static final int TOO_FAR = 4096;
    /** Position 0 is never a match: a chain ends there. */
    private static final int NONE = 0;

    /**
     * How hard to search.
     *
     * @param good a match of this length makes the search for a better one a quarter as long
     * @param lazy after one of this length none is looked for at the next octet
     * @param nice one of this length ends the search
     * @param chain how many candidates are tried
     */
    private record Effort(int good, int lazy, int nice, int chain) {}

    /** By level, those of zlib. There is no level 0. */
    private static final Effort[] EFFORTS = {
        new Effort(4, 4, 8, 4),
        new Effort(4, 4, 8, 4),
        new Effort(4, 5, 16, 8),
        new Effort(4, 6, 32, 32),
        new Effort(4, 4, 16, 16),
        new Effort(8, 16, 32, 32),
        new Effort(8, 16, 128, 128),
        new Effort(8, 32, 128, 256),
        new Effort(32, 128, 258, 1024),
        new Effort(32, 258, 258, 4096),
    };

    private final byte[] text = new byte[CAPACITY + 1]; // so that four octets can be read where three are meant
    /** The latest position of each hash of three octets. */
    private final char[] head = new char[1 << MOST_HASH_BITS];
    /** The position before of the same hash, by position modulo the window. */
    private final char[] previous = new char[1 << LARGEST_WINDOW_BITS];

    private final DeflateBlock block = new DeflateBlock();

    private int window;
    private int hashShift;
    private Effort effort = EFFORTS[0];
    /** Where the text ends. */
    private int end;
    /** Up to which position the text is in the chains. */
    private int hashed;
    /** Of the match that was found last. */
    private int distance;

    /** Begins a message. What the peer's window holds of those before is in {@code history}. */
    void begin(int windowBits, int level, History history) {
        window = 1 << windowBits;
        int hashBits = Math.min(windowBits + 1, MOST_HASH_BITS);
        hashShift = Integer.SIZE - hashBits;
        effort = EFFORTS[level];
        Arrays.fill(head, 0, 1 << hashBits, (char) NONE);
        end = 1 + history.copyTo(text, 1);
        hashed = 1;
    }

    /** Puts a piece of the message through, to the last bit: an empty stored block ends it at an octet border (a sync flush). */
    void deflate(byte[] piece, int offset, int length, BitOutput out) {
        int at = offset;
        while (at < offset + length) {
            if (end == CAPACITY) {
                slide();
            }
            int count = Math.min(offset + length - at, CAPACITY - end);
            System.arraycopy(piece, at, text, end, count);
            end += count;
            at += count;
            compress(end - count, out);
        }
        out.bits(0, 3);
        out.align();
        out.bits(0, 16);
        out.bits(0xFFFF, 16);
    }

    /** Keeps a window's worth of the text, and moves it to the front: by a multiple of the window, so that positions modulo it stay. */
    private void slide() {
        int by = (end - 1 - window) / window * window;
        System.arraycopy(text, by, text, 0, end - by);
        end -= by;
        hashed = Math.max(hashed - by, 1); // the window is shorter than the longest match can be
        moved(head, Integer.SIZE - hashShift, by);
        moved(previous, Integer.numberOfTrailingZeros(window), by);
    }

    private static void moved(char[] positions, int bits, int by) {
        for (int i = 0; i < 1 << bits; i++) {
            positions[i] = (char) Math.max(positions[i] - by, NONE);
        }
    }

    /** Tells the block what the text from {@code from} on comes to. */
    private void compress(int from, BitOutput out) {
        int start = from;
        int best = 0; // the length of the match at the octet before, which is told unless the one here is longer
        int bestDistance = 0;
        boolean pending = false; // whether the octet before has not been told yet
        int at = from;
        while (at < end) {
            int length = best < effort.lazy ? match(at, best) : 0;
            if (best >= DeflateBlock.SHORTEST_MATCH && length <= best) {
                block.backReference(best, bestDistance);
                at += best - 1;
                best = 0;
                pending = false;
            } else {
                if (pending) {
                    block.literal(text[at - 1]);
                }
                pending = true;
                best = length;
                bestDistance = distance;
                at++;
            }
            if (block.isFull()) {
                int covered = block.covered();
                block.end(text, start, out);
                start += covered;
            }
        }
        if (pending) {
            block.literal(text[at - 1]);
        }
        block.end(text, start, out);
    }

    /** Puts the positions up to this one into the chains, and finds the longest match of more than {@code atLeast} octets; 0 if none. */
    private int match(int at, int atLeast) {
        int room = Math.min(DeflateBlock.LONGEST_MATCH, end - at);
        if (room < DeflateBlock.SHORTEST_MATCH) {
            return 0;
        }
        while (hashed < at) {
            chain(hashed++);
        }
        int candidate = chain(hashed++);
        int nearest = Math.max(at - window, NONE + 1);
        int tries = atLeast >= effort.good ? effort.chain >> 2 : effort.chain;
        int longest = Math.max(atLeast, DeflateBlock.SHORTEST_MATCH - 1);
        int found = 0;
        byte[] octets = text;
        while (candidate >= nearest && tries-- > 0) {
            if (longest < room
                    && octets[candidate + longest] == octets[at + longest]
                    && octets[candidate] == octets[at]) {
                int mismatch = Arrays.mismatch(octets, candidate, candidate + room, octets, at, at + room);
                int length = mismatch < 0 ? room : mismatch;
                if (length > longest) {
                    longest = length;
                    found = length;
                    distance = at - candidate;
                    if (length >= effort.nice || length == room) {
                        break;
                    }
                }
            }
            int before = previous[candidate & window - 1];
            if (before >= candidate) {
                break; // its place was taken by a position a window later
            }
            candidate = before;
        }
        return found == DeflateBlock.SHORTEST_MATCH && distance > TOO_FAR ? 0 : found;
    }

    /** Puts one position into its chain, and gives the one before it. */
    private int chain(int at) {
        int three = (int) FOUR_OCTETS.get(text, at) << 8;
        int hash = three * 0x9E37_79B1 >>> hashShift;
        int before = head[hash];
        previous[at & window - 1] = (char) before;
        head[hash] = (char) at;
        return before;
    }
}
