package dev.hawser.tck.official;

import static dev.hawser.tck.official.ReportDirectory.ends;
import static dev.hawser.tck.official.ReportDirectory.passes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.official.TestOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurefireReportsTest {

    private ReportDirectory reports;

    @BeforeEach
    void emptyDirectory(@TempDir Path directory) {
        reports = new ReportDirectory(directory);
    }

    @Test
    void everyEndOfATestIsRead() throws IOException {
        reports.suite("a.B", passes("p"), ends("f", "failure"), ends("e", "error"), ends("s", "skipped"));
        assertEquals(
                List.of(
                        new TestOutcome("a.B", "p", Status.PASSED, ""),
                        new TestOutcome("a.B", "f", Status.FAILED, "first line"),
                        new TestOutcome("a.B", "e", Status.ERROR, "first line"),
                        new TestOutcome("a.B", "s", Status.SKIPPED, "first line")),
                SurefireReports.read(reports.path()));
    }

    @Test
    void otherFilesAreNotReports() throws IOException {
        reports.suite("a.B", passes("p"));
        Files.writeString(reports.path().resolve("a.B-output.txt"), "<testcase/>");
        assertEquals(1, SurefireReports.read(reports.path()).size());
    }

    @Test
    void aRunWithoutReportsIsNotARun() {
        IOException none = assertThrows(IOException.class, () -> SurefireReports.read(reports.path()));
        assertTrue(none.getMessage().startsWith("No test ran"), none.getMessage());
        Path absent = reports.path().resolve("absent");
        assertThrows(IOException.class, () -> SurefireReports.read(absent));
    }

    @Test
    void aReportMustHoldAsManyTestsAsItAnnounces() throws IOException {
        reports.suiteThatAnnounces(2, "a.B", passes("p"));
        IOException differs = assertThrows(IOException.class, () -> SurefireReports.read(reports.path()));
        assertEquals("TEST-a.B.xml announces 2 tests and holds 1", differs.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rerunFailure", "rerunError", "flakyFailure", "flakyError"})
    void aReRunIsRefused(String element) throws IOException {
        reports.suite("a.B", ends("f", element));
        IOException rerun = assertThrows(IOException.class, () -> SurefireReports.read(reports.path()));
        assertTrue(rerun.getMessage().contains("re-run of f"), rerun.getMessage());
    }

    @Test
    void aTruncatedReportIsRefused() throws IOException {
        Files.writeString(reports.path().resolve("TEST-a.B.xml"), "<testsuite tests=\"1\"><testcase name=\"x\"");
        assertThrows(IOException.class, () -> SurefireReports.read(reports.path()));
    }

    @Test
    void aTestWithoutANameIsRefused() throws IOException {
        reports.suite("a.B", "<testcase classname=\"CLASS\"></testcase>");
        assertThrows(IOException.class, () -> SurefireReports.read(reports.path()));
    }
}
