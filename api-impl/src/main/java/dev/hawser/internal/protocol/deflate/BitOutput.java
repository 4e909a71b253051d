package dev.hawser.internal.protocol.deflate;

import java.util.Arrays;

/** Bits in the order of RFC 1951 3.1.1, least significant first, into an array that grows. Not thread-safe. */
final class BitOutput {
    private byte[] bytes;
    private int count;
    /** Bits that do not yet fill an octet: the lowest {@link #pendingBits}, fewer than 8 between two calls. */
    private long pending;

    private int pendingBits;

    /** Writes into {@code bytes}, and into a longer copy once that is full. */
    BitOutput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Puts up to 32 bits. */
    void bits(int value, int length) {
        pending |= (value & 0xFFFF_FFFFL) << pendingBits;
        pendingBits += length;
        if (pendingBits >= 8) {
            makeRoom(Long.BYTES);
            do {
                bytes[count++] = (byte) pending;
                pending >>>= 8;
                pendingBits -= 8;
            } while (pendingBits >= 8);
        }
    }

    /** Fills the last octet with zero bits. */
    void align() {
        if (pendingBits > 0) {
            bits(0, 8 - pendingBits);
        }
    }

    /** Puts octets at an octet border. */
    void octets(byte[] from, int offset, int length) {
        makeRoom(length);
        System.arraycopy(from, offset, bytes, count, length);
        count += length;
    }

    private void makeRoom(int more) {
        if (bytes.length - count < more) {
            bytes = Arrays.copyOf(bytes, Math.max(count + more, 2 * bytes.length));
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** How many octets of {@link #bytes} are written. */
    int count() {
        return count;
    }
}
