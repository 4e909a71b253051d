package dev.hawser.internal.protocol.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.ExtensionOffer.Parameter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionHeaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '\'',
            value = {
                "permessage-deflate > permessage-deflate",
                "a;b > a;b",
                "a ; b = 1 ;\tc > a;b=1;c",
                "a;b=\"1\" > a;b=1",
                "a;b=\"\\1\\5\" > a;b=15", // quoted pairs stand for what follows the backslash
                "a,b , c > a, b, c",
                ",, a ,,b, > a, b", // empty elements
                "a;x=1;x=2 > a;x=1;x=2",
                "permessage-deflate; client_max_window_bits, permessage-deflate >"
                        + " permessage-deflate;client_max_window_bits, permessage-deflate",
            })
    void offersAreReadAndWrittenInTheirOrder(String header, String normalised) {
        assertEquals(normalised, ExtensionHeader.format(ExtensionHeader.parse(List.of(header))));
    }

    @Test
    void severalLinesAreOneList() {
        assertEquals("a;b=1, c", ExtensionHeader.format(ExtensionHeader.parse(List.of("a;b=1", " c "))));
    }

    @Test
    void noLineIsNoExtension() {
        assertEquals(List.of(), ExtensionHeader.parse(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                ";",
                "=",
                "a;",
                "a;;b",
                "a;=1",
                "a;b=",
                "a;b=;c",
                "a b",
                "a=1",
                "a;b c",
                "a;b=1 2",
                "a;b=\"",
                "a;b=\"1",
                "a;b=\"1\"2",
                "a;b=\"\"",
                "a;b=\"1 2\"",
                "a;b=\"1,2\"",
                "a;b=\"\\\"\"",
                "a;b=\"1\\",
                "\"a\"",
                "a;\"b\"",
                "a/b",
                "\u00e4",
                "a;b=\u0001",
                "a\u0000"
            })
    void whatBreaksTheGrammarIsRefused(String header) {
        assertThrows(IllegalArgumentException.class, () -> ExtensionHeader.parse(List.of(header)));
    }

    @Test
    void aQuotedStringEndsWithItsLine() {
        assertThrows(IllegalArgumentException.class, () -> ExtensionHeader.parse(List.of("a;b=\"1", "2\"")));
    }

    @Test
    void theErrorNamesThePositionAndNotTheText() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> ExtensionHeader.parse(List.of("secret; b=\"no token\"")));

        assertEquals("Sec-WebSocket-Extensions has a quoted string that is not a token at position 14", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", ",", ";", "\"", "\\", "a,", "a;", "a ", "a;b=\"\\1\",", ", ", "\t;"})
    void sixtyFourKilobytesOfAnythingTakeNoTime(String unit) {
        String header = "a;b=\"" + unit.repeat(64 * 1024 / unit.length());
        String other = "a" + unit.repeat(64 * 1024 / unit.length());
        // Quadratic would be four thousand million steps for each.
        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 20; i++) {
                tryToParse(header);
                tryToParse(other);
            }
        });
    }

    @Test
    void whatIsNoTokenCannotBeWritten() {
        for (String bad : List.of("", "a b", "a\r\nX: y", "a;b", "\u00e4")) {
            assertNotWritable(new ExtensionOffer(bad, List.of()));
            assertNotWritable(new ExtensionOffer("a", List.of(new Parameter(bad, null))));
        }
        assertNotWritable(new ExtensionOffer("a", List.of(new Parameter("a", "b\r\nX: y"))));
        ExtensionOffer empty = new ExtensionOffer("a", List.of(new Parameter("a", "")));
        assertEquals(new ExtensionOffer("a", List.of(new Parameter("a", null))), ExtensionHeader.writable(empty));
        assertEquals("a;a", ExtensionHeader.format(List.of(empty)));
    }

    private static void assertNotWritable(ExtensionOffer element) {
        assertThrows(IllegalArgumentException.class, () -> ExtensionHeader.writable(element));
        assertThrows(IllegalArgumentException.class, () -> ExtensionHeader.format(List.of(element)));
    }

    private static void tryToParse(String header) {
        try {
            assertTrue(ExtensionHeader.parse(List.of(header)).size() > 0);
        } catch (IllegalArgumentException expected) {
            // most of these are no extensions
        }
    }
}
