package dev.hawser.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What is confidential would be found in the logs of all tests, and the helpers of the tests send it. */
class SecretsInLogsTest {
    private static final Logger LOGGER = Logger.getLogger("dev.hawser.connection");

    @Test
    void aWordIsFoundInParametersAndInExceptions() {
        Throwable thrown = new IllegalStateException("failed", new IOException("pl4nted-cause"));
        thrown.addSuppressed(new IOException("pl4nted-suppressed"));
        LOGGER.log(Level.WARNING, "{0}", new Object[] {"pl4nted-parameter"});
        LOGGER.log(Level.WARNING, "failed", thrown);
        LOGGER.log(Level.WARNING, "nothing of note");
        List<String> found = SecretsInLogs.take();
        assertEquals(2, found.size(), found::toString);
        assertTrue(found.get(0).contains("pl4nted-parameter"), found::toString);
        assertTrue(found.get(1).contains("pl4nted-cause"), found::toString);
        assertTrue(found.get(1).contains("pl4nted-suppressed"), found::toString);
    }

    @Test
    void eachFieldThatHelpersSendHasAWord() {
        for (String field : SecretsInLogs.FIELDS) {
            LOGGER.log(Level.WARNING, field);
            assertEquals(1, SecretsInLogs.take().size(), field);
        }
    }

    @Test
    void whatOtherFrameworksPrintIsReadByTheLineAndPrinted() {
        assertInstanceOf(SecretsInLogs.Printed.class, System.out);
        assertInstanceOf(SecretsInLogs.Printed.class, System.err);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream printed = new SecretsInLogs.Printed("standard output", new PrintStream(bytes));
        printed.print("half of a line, pl4n");
        printed.write('t');
        printed.write("ed-octets".getBytes(StandardCharsets.UTF_8), 0, 9);
        assertEquals(List.of(), SecretsInLogs.take());
        printed.print("\nnothing of note\n");
        assertEquals(List.of("standard output: half of a line, pl4nted-octets"), SecretsInLogs.take());
        assertEquals("half of a line, pl4nted-octets\nnothing of note\n", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theClassInWhoseTimeItHappenedFails() {
        SecretsInLogs.read("a process", "nothing of note");
        new SecretsInLogs().afterAll(null);
        SecretsInLogs.read("a process", "pl4nted-line");
        AssertionError failed = assertThrows(AssertionError.class, () -> new SecretsInLogs().afterAll(null));
        assertEquals("secrets were logged:\na process: pl4nted-line", failed.getMessage());
        new SecretsInLogs().afterAll(null);
    }
}
