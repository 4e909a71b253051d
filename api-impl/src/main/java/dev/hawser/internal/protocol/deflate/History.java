package dev.hawser.internal.protocol.deflate;

import java.util.zip.Inflater;

/**
 * The last octets of a stream, up to a window's worth: what LZ77 may refer back to. It is a ring buffer that grows up
 * to the window. Not thread-safe.
 */
final class History {
    private static final int SMALLEST = 1024;

    private final int window;
    private byte[] ring = new byte[0];
    /** Where the next octet goes. */
    private int end;
    /** How many octets it holds; at most a window. */
    private int size;

    History(int windowBits) {
        this.window = 1 << windowBits;
    }

    /** The memory of what it holds. Any thread may call this; the result may be a moment old. */
    int heldBytes() {
        return ring.length;
    }

    void append(byte[] bytes, int offset, int length) {
        int count = Math.min(length, window);
        int from = offset + length - count;
        makeRoom(count);
        int first = Math.min(count, ring.length - end);
        System.arraycopy(bytes, from, ring, end, first);
        System.arraycopy(bytes, from + first, ring, 0, count - first);
        end = (end + count) % ring.length;
        size = Math.min(size + count, ring.length);
    }

    private void makeRoom(int count) {
        if (size + count > ring.length && ring.length < window) {
            int wanted = Math.max(SMALLEST, Math.max(size + count, 2 * ring.length));
            byte[] bigger = new byte[Math.min(window, wanted)];
            copyTo(bigger, 0, size);
            ring = bigger;
            end = size % ring.length;
        } else if (ring.length == 0) {
            ring = new byte[Math.min(window, SMALLEST)];
        }
    }

    /** Copies the last {@code count} octets. */
    private void copyTo(byte[] to, int at, int count) {
        if (count > 0) {
            int start = Math.floorMod(end - count, ring.length);
            int first = Math.min(count, ring.length - start);
            System.arraycopy(ring, start, to, at, first);
            System.arraycopy(ring, 0, to, at + first, count - first);
        }
    }

    /** Gives the whole history to a fresh inflater; zlib takes the dictionary of raw DEFLATE in several calls, too. */
    void giveTo(Inflater inflater) {
        if (size < ring.length || end == 0) {
            if (size > 0) {
                inflater.setDictionary(ring, 0, size);
            }
        } else {
            inflater.setDictionary(ring, end, ring.length - end);
            inflater.setDictionary(ring, 0, end);
        }
    }
}
