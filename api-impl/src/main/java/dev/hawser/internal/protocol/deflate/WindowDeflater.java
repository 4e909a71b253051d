package dev.hawser.internal.protocol.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * DEFLATE (RFC 1951) for one stream of messages with a window of 2^8 to 2^15 octets: LZ77 with lazy matching. It
 * remembers what it has deflated, up to a window, until {@link #begin}.
 *
 * <p>It is made for many streams that take turns, whose memory has left the processor's caches since the last message.
 * zlib keeps 256 KiB a stream and follows chains, in which each link waits for memory. Here the latest sixteen
 * positions of each hash are in one row of 32 octets: that is one wait, and the candidates can be fetched in parallel.
 * The memory grows with what is remembered, up to 3.5 octets for each octet of the window. Not thread-safe.
 */
final class WindowDeflater {
    private static final int SHORTEST_MATCH = DeflateBlock.SHORTEST_MATCH;
    private static final int SMALLEST_CAPACITY = 1024;
    /** The longest piece that is compressed at once. It is a block, and fits into the 16-bit length of a stored one. */
    private static final int MOST_AT_ONCE = 1 << 15;
    /** Octets behind the text, so that the four octets of a hash can be read in one go at its end. */
    private static final int MARGIN = Integer.BYTES;
    /**
     * A row of positions has this many {@code long}s. A position has 16 bits; the latest is in the lowest bits of the
     * first.
     */
    private static final int ROW = 4;

    private static final int POSITIONS_OF_ROW_BITS = 4;
    private static final int POSITION_BITS = Character.SIZE;
    private static final int POSITION = (1 << POSITION_BITS) - 1;

    private static final VarHandle FOUR_OCTETS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MULTIPLIER = 0x9E37_79B1;

    /**
     * Up to this window matches of three octets are searched for; in a bigger one most of them cost more bits than
     * literals.
     */
    private static final int THREE_OCTETS = 1 << 12;

    /** After a match of this length only half as many candidates are looked at for a longer one. */
    private static final int GOOD = 8;

    /**
     * How hard to search.
     *
     * @param lazy after a match of this length the next octet is not searched for a longer one
     * @param nice a match of this length ends the search
     * @param rows how many {@code long}s of a row are looked at
     */
    private record Effort(int lazy, int nice, int rows) {}

    /** By level. There is no level 0. */
    private static final Effort[] EFFORTS = {
        new Effort(4, 16, 1),
        new Effort(4, 16, 1),
        new Effort(8, 32, 1),
        new Effort(16, 64, 2),
        new Effort(16, 64, 2),
        new Effort(32, 128, 4),
        new Effort(64, 128, 4),
        new Effort(128, 258, 4),
        new Effort(258, 258, 4),
        new Effort(258, 258, 4),
    };

    private byte[] text = new byte[0];
    /**
     * The rows of positions, by hash. A position counts octets since the very first, modulo 2^16, so the rows need no
     * change when the text moves or is forgotten. The octets at an outdated position are compared like all others, so
     * it does no harm.
     */
    private long[] rows = new long[0];

    private int hashShift;
    private int window;
    private Effort effort = EFFORTS[0];
    /** Four octets are shifted left by so many bits, to drop those that are not part of the hash. */
    private int unhashedBits;
    /** How many octets came before the first of the text. */
    private int before;
    /** Where the text ends. */
    private int end;
    /** The octets before this index are in the rows. */
    private int hashed;
    /** The distance of the last match that was found. */
    private int distance;

    /** Its memory. Any thread may call this; the result may be a moment old. */
    long heldBytes() {
        return text.length + (long) Long.BYTES * rows.length;
    }

    /** Forgets what was deflated, and begins with another window and level. */
    void begin(int windowBits, int level) {
        window = 1 << windowBits;
        effort = EFFORTS[level];
        unhashedBits = window <= THREE_OCTETS ? Byte.SIZE : 0;
        before += end;
        end = 0;
        hashed = 0;
    }

    /** Compresses all of a piece of a message; an empty stored block makes it end at an octet border (a sync flush). */
    void deflate(byte[] piece, int offset, int length, DeflateBlock block, BitOutput out) {
        int at = offset;
        while (at < offset + length) {
            int count = Math.min(offset + length - at, room(offset + length - at));
            System.arraycopy(piece, at, text, end, count);
            end += count;
            at += count;
            compress(end - count, block, out);
        }
        out.bits(0, 3);
        out.align();
        out.bits(0, 16);
        out.bits(0xFFFF, 16);
    }

    /** Makes room for octets, for all of the wanted ones unless they are very many, and returns for how many. */
    private int room(int wanted) {
        int capacity = Math.max(text.length - MARGIN, 0);
        int most = window + Math.max(window / 2, Math.min(wanted, MOST_AT_ONCE));
        if (end + wanted > capacity && capacity < most) {
            capacity = Math.min(most, Math.max(SMALLEST_CAPACITY, Math.max(end + wanted, 2 * capacity)));
            grow(capacity);
        }
        if (end + wanted > capacity && end > window) {
            slide();
        }
        return capacity - end;
    }

    private void grow(int capacity) {
        text = Arrays.copyOf(text, capacity + MARGIN);
        int rowBits =
                Integer.SIZE - Integer.numberOfLeadingZeros(Math.min(capacity, window) - 1) - POSITIONS_OF_ROW_BITS;
        if (ROW << rowBits > rows.length) {
            rows = new long[ROW << rowBits];
            hashShift = Integer.SIZE - rowBits;
            for (int at = Math.max(0, hashed - window); at < hashed; at++) {
                remember(at);
            }
        }
    }

    /** Moves the last window of the text to the front, and drops what is before it. */
    private void slide() {
        int by = end - window;
        System.arraycopy(text, by, text, 0, window);
        before += by;
        end -= by;
        hashed = Math.max(hashed - by, 0); // the smallest window is shorter than the longest match
    }

    /** Compresses the text from {@code from} on into blocks. */
    private void compress(int from, DeflateBlock block, BitOutput out) {
        int start = from;
        int best = 0; // the length of the match at the octet before, which is used unless the match here is longer
        int bestDistance = 0;
        boolean pending = false; // whether the octet before is not yet in the block
        int at = from;
        while (at < end) {
            int length = best < effort.lazy ? match(at, best) : 0;
            if (best >= SHORTEST_MATCH && length <= best) {
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

    /**
     * Finds the longest match of more than {@code atLeast} octets and returns its length, 0 if there is none. First
     * puts the octets before this one into the rows.
     */
    private int match(int at, int atLeast) {
        int room = Math.min(DeflateBlock.LONGEST_MATCH, end - at);
        if (room < Integer.BYTES) {
            return 0;
        }
        while (hashed < at) {
            remember(hashed++);
        }
        byte[] octets = text;
        long[] table = rows;
        int unhashed = unhashedBits;
        int nice = effort.nice;
        int here = (int) FOUR_OCTETS.get(octets, at);
        int position = before + at;
        int farthest = Math.min(window, at);
        int longest = Math.max(atLeast, SHORTEST_MATCH - 1);
        int found = 0;
        int row = row(here);
        int last = row + (atLeast >= GOOD ? effort.rows + 1 >> 1 : effort.rows);
        while (row < last && longest < room) {
            long positions = table[row++];
            for (int i = 0; i < Long.SIZE; i += POSITION_BITS) {
                int back = position - (int) (positions >>> i) & POSITION;
                int candidate = at - back;
                if (back != 0
                        && back <= farthest
                        && octets[candidate + longest] == octets[at + longest]
                        && ((int) FOUR_OCTETS.get(octets, candidate) ^ here) << unhashed == 0) {
                    int mismatch = Arrays.mismatch(octets, candidate, candidate + room, octets, at, at + room);
                    int length = mismatch < 0 ? room : mismatch;
                    if (length > longest) {
                        longest = length;
                        found = length;
                        distance = back;
                        if (length >= nice || length == room) {
                            return found;
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Puts a position into its row, in place of the oldest one there. */
    private void remember(int at) {
        long[] table = rows;
        int row = row((int) FOUR_OCTETS.get(text, at));
        long first = table[row];
        long second = table[row + 1];
        long third = table[row + 2];
        table[row + 3] = table[row + 3] << POSITION_BITS | third >>> Long.SIZE - POSITION_BITS;
        table[row + 2] = third << POSITION_BITS | second >>> Long.SIZE - POSITION_BITS;
        table[row + 1] = second << POSITION_BITS | first >>> Long.SIZE - POSITION_BITS;
        table[row] = first << POSITION_BITS | (char) (before + at);
    }

    /** The index at which the row of these octets begins. */
    private int row(int fourOctets) {
        return ((fourOctets << unhashedBits) * MULTIPLIER >>> hashShift) * ROW;
    }
}
