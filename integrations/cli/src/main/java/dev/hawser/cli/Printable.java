package dev.hawser.cli;

import java.util.function.IntPredicate;

/**
 * Text of a peer as a person may see it. A terminal obeys the control characters in what it shows: they move the
 * cursor, rename the window, or have the terminal answer as if the person had typed. So they are shown as {@code
 * \\u001b} instead, and so are the characters that change the direction of the text, with which a line can look like
 * another.
 */
final class Printable {
    private Printable() {}

    /** In one line. */
    static String line(String text) {
        return escaped(text, Printable::isHarmful);
    }

    /** Ends of lines and tabulators stay as they are. */
    static String lines(String text) {
        return escaped(text, character -> isHarmful(character) && character != '\n' && character != '\t');
    }

    private static String escaped(String text, IntPredicate harmful) {
        if (text.chars().noneMatch(harmful)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (harmful.test(character)) {
                shown.append(String.format("\\u%04x", (int) character));
            } else {
                shown.append(character);
            }
        }
        return shown.toString();
    }

    /** C0, DEL, C1, ends of lines, and the marks, embeddings, overrides and isolates of the bidirectional algorithm. */
    private static boolean isHarmful(int character) {
        return Character.isISOControl(character)
                || character >= 0x2028 && character <= 0x202e
                || character >= 0x2066 && character <= 0x2069
                || character == 0x200e
                || character == 0x200f
                || character == 0x061c;
    }
}
