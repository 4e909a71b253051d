package dev.hawser.tck.official;

import static dev.hawser.tck.official.ReportDirectory.ends;
import static dev.hawser.tck.official.ReportDirectory.passes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.tck.official.TestOutcome.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {

    private static final TestOutcome PASSED = new TestOutcome("a.B", "p", Status.PASSED, "");
    private static final TestOutcome FAILED = new TestOutcome("a.C", "f", Status.FAILED, "why");

    private final Gate gate = new Gate(2, 2);

    @Test
    void aRunAsExpectedHasNoDifferences() throws IOException {
        assertEquals(List.of(), gate.differences(List.of(PASSED, FAILED), expecting("a.C#f")));
    }

    @Test
    void aFailureThatIsNotListedIsADifference() throws IOException {
        assertEquals(List.of("FAILED a.C#f: why"), gate.differences(List.of(PASSED, FAILED), expecting()));
    }

    @Test
    void aSkippedTestDidNotPass() throws IOException {
        TestOutcome skipped = new TestOutcome("a.C", "s", Status.SKIPPED, "");
        assertEquals(List.of("SKIPPED a.C#s"), gate.differences(List.of(PASSED, skipped), expecting()));
    }

    @Test
    void aListedTestThatPassesIsADifference() throws IOException {
        assertEquals(
                List.of("listed as an expected failure, but passed: a.B#p"),
                gate.differences(List.of(PASSED, FAILED), expecting("a.B#p", "a.C#f")));
    }

    @Test
    void aListedTestThatDoesNotRunIsADifference() throws IOException {
        assertEquals(
                List.of("listed as an expected failure, but did not run: a.B#gone"),
                gate.differences(List.of(PASSED, FAILED), expecting("a.B#gone", "a.C#f")));
    }

    @Test
    void tooFewTestsAreADifference() throws IOException {
        assertEquals(
                List.of("test classes run: 1, the TCK has 2", "tests run: 1, the TCK has 2"),
                gate.differences(List.of(PASSED), expecting()));
    }

    @Test
    void aTestThatRanTwiceIsADifference() throws IOException {
        assertEquals(
                List.of("ran more than once: a.B#p", "test classes run: 1, the TCK has 2"),
                gate.differences(List.of(PASSED, PASSED), expecting()));
    }

    @Test
    void theNumbersOfASubsetAreNotJudged() throws IOException {
        assertEquals(List.of(), gate.differencesOfSubset(List.of(PASSED), expecting("a.C#f")));
        assertEquals(List.of("FAILED a.C#f: why"), gate.differencesOfSubset(List.of(FAILED), expecting()));
    }

    @Test
    void theProgramPrintsTheTableAndSaysNo(@TempDir Path directory) throws IOException {
        Path reports = new ReportDirectory(Files.createDirectory(directory.resolve("reports")))
                .suite("com.sun.ts.tests.websocket.api.one.AIT", passes("p"))
                .suite("com.sun.ts.tests.websocket.ee.two.BIT", passes("q"), ends("r", "error"))
                .path();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertFalse(judge(directory, reports, "", out));
        String expected = """
                package  tests passed failed errors skipped
                api          1      1      0      0       0
                ee           2      1      0      1       0
                all          3      2      0      1       0
                No server was started, so no jar was tested
                  ERROR com.sun.ts.tests.websocket.ee.two.BIT#r: first line
                The whole TCK was run; differences from what is expected: 1
                """;
        assertEquals(expected, out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
        assertTrue(Files.readString(directory.resolve("report.txt")).contains("ee.two "));
    }

    @Test
    void theProgramSaysYesToAGoodRunOnly(@TempDir Path directory) throws IOException {
        ReportDirectory reports = new ReportDirectory(Files.createDirectory(directory.resolve("reports")))
                .suite("x.AIT", passes("p"))
                .suite("x.BIT", passes("p"), passes("q"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(judge(directory, reports.path(), "${it.test}", out), out::toString);
        Files.delete(reports.path().resolve("TEST-x.AIT.xml"));
        assertTrue(judge(directory, reports.path(), "BIT", out), "a subset: " + out);
        assertFalse(judge(directory, reports.path(), "${it.test}", out), "a class is missing");
        Files.delete(reports.path().resolve("TEST-x.BIT.xml"));
        assertFalse(judge(directory, reports.path(), "BIT", out), "nothing ran");
    }

    private static boolean judge(Path directory, Path reports, String subset, ByteArrayOutputStream out)
            throws IOException {
        Path expected = Files.writeString(directory.resolve("expected.txt"), "# none\n");
        String[] arguments = {
            reports.toString(), expected.toString(), "2", "3", directory.toString(), subset, "", "jetty server 2.2.0"
        };
        return GateTck.judge(arguments, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private static ExpectedFailures expecting(String... ids) throws IOException {
        return ExpectedFailures.parse(
                List.of(ids).stream().map(id -> id + " | https://example.org/1").toList());
    }
}
