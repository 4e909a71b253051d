package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which characters a terminal is not sent. */
class PrintableTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, 0x0b, 0x0c, '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9d, 0x9f, 0x061c, 0x200e, 0x200f, 0x2028,
                0x2029, 0x202a, 0x202e, 0x2066, 0x2069
            })
    void whatActsOnATerminalOrOnTheDirectionOfTextIsEscaped(int character) {
        String escaped = String.format("\\u%04x", character);
        assertEquals("a" + escaped + "b", Printable.lines("a" + (char) character + "b"));
        assertEquals("a" + escaped + "b", Printable.line("a" + (char) character + "b"));
    }

    @Test
    void onlyOutputKeepsItsLines() {
        assertEquals("a\n\tb", Printable.lines("a\n\tb"));
        assertEquals("a\\u000a\\u0009b", Printable.line("a\n\tb"));
    }

    @Test
    void allOtherTextStaysAsItIs() {
        String text = "Grüße, 日本, שלום, \ud83d\udc69\u200d\ud83d\ude80, " + "{\"a\": \"\\u001b\"} ~\u00a0\u2027\u202f";
        assertSame(text, Printable.line(text));
        assertSame(text, Printable.lines(text));
    }
}
