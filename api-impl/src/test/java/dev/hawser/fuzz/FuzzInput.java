package dev.hawser.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The octets of one fuzzing input, read from the front as the choices of a test: so a fuzzer that changes an octet
 * changes a choice. Where there are no more, all choices are 0.
 */
public final class FuzzInput {
    private final byte[] octets;
    private int position;

    public FuzzInput(byte[] octets) {
        this.octets = octets;
    }

    public boolean isEmpty() {
        return position == octets.length;
    }

    public int octet() {
        return isEmpty() ? 0 : octets[position++] & 0xFF;
    }

    public boolean yes() {
        return (octet() & 1) == 1;
    }

    /** From 0 to {@code bound} - 1. */
    public int below(int bound) {
        return bound > 256 ? (octet() << 8 | octet()) % bound : octet() % bound;
    }

    public int oneOf(int... values) {
        return values[below(values.length)];
    }

    /** As many as there are, up to {@code most}. */
    public byte[] octets(int most) {
        int end = Math.min(octets.length, position + most);
        byte[] taken = Arrays.copyOfRange(octets, position, end);
        position = end;
        return taken;
    }

    public byte[] rest() {
        return octets(octets.length);
    }

    /** All that is left, an octet a character. */
    public String text() {
        return new String(rest(), StandardCharsets.ISO_8859_1);
    }

    /** Up to the next line feed, without it, an octet a character. */
    public String line() {
        int start = position;
        while (position < octets.length && octets[position] != '\n') {
            position++;
        }
        String line = new String(octets, start, position - start, StandardCharsets.ISO_8859_1);
        position = Math.min(octets.length, position + 1);
        return line;
    }
}
