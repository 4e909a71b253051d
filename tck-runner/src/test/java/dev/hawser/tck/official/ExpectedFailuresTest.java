package dev.hawser.tck.official;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectedFailuresTest {

    @Test
    void aLineNamesATestAndAPublicReason() throws IOException {
        ExpectedFailures expected =
                ExpectedFailures.parse(List.of("# a comment", "", " a.B#c | challenged: https://example.org/1 "));
        assertEquals(Set.of("a.B#c"), expected.ids());
    }

    @Test
    void aReasonWithoutALinkIsRefused() {
        assertRefused("Expected failures, line 1: a.B#c has no public reason (a link)", "a.B#c | it is flaky");
        assertRefused("Expected failures, line 1: a.B#c has no public reason (a link)", "a.B#c");
    }

    @Test
    void aLineMustNameAMethod() {
        assertRefused(
                "Expected failures, line 1: not of the form class#method | reason", "a.B | https://example.org/1");
    }

    @Test
    void aTestIsListedOnce() {
        assertRefused(
                "Expected failures, line 2: a.B#c is listed twice",
                "a.B#c | https://example.org/1",
                "a.B#c | https://example.org/2");
    }

    @Test
    void nothingIsExpectedToFail() throws IOException {
        assertEquals(
                Set.of(),
                ExpectedFailures.read(Path.of("src/tck/expected-failures.txt")).ids());
    }

    private static void assertRefused(String message, String... lines) {
        IOException refused = assertThrows(IOException.class, () -> ExpectedFailures.parse(List.of(lines)));
        assertEquals(message, refused.getMessage());
    }
}
