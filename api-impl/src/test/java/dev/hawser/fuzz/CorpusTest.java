package dev.hawser.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fuzzing has found interesting is tried again in each build; {@link FuzzRun} looks for more. */
class CorpusTest {
    @ParameterizedTest
    @EnumSource(Target.class)
    void everySavedInputIsTakenAsTheOracleSays(Target target) {
        List<byte[]> inputs = target.corpus().inputs();
        assertFalse(inputs.isEmpty(), "there are none");
        for (byte[] input : inputs) {
            try {
                target.test(input);
            } catch (Throwable e) {
                throw new AssertionError(target + " with the input " + Corpus.line(input), e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void nothingAtAllIsTakenAsTheOracleSays(Target target) {
        target.test(new byte[0]);
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void itsLongRunHasARowInTheResults(Target target) throws IOException {
        String results = Files.readString(Path.of("..", "docs", "conformance.tsv"));
        assertTrue(results.contains("\nFuzzing\t" + target + "\t"), "docs/conformance.tsv has no row for " + target);
    }

    @Test
    void aLineOfACorpusGivesTheOctetsItWasWrittenFor() {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertArrayEquals(all, Corpus.octets(Corpus.line(all)));
        byte[] comment = "# \\ no comment\r\n".getBytes(StandardCharsets.US_ASCII);
        assertEquals("\\x23 \\\\ no comment\\r\\n", Corpus.line(comment));
        assertArrayEquals(comment, Corpus.octets(Corpus.line(comment)));
    }
}
