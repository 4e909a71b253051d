package dev.hawser.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/conformance.md is what docs/conformance.tsv says, and a release does not go out with old results. */
class ConformanceTest {
    private static final Path ROOT = Path.of("..");
    private static final String NEW = "TCK 2.2\ttomcat\t737 of 737 passed\t2026-12-05\tabc1234\tone\tmvn -Ptck verify";

    @TempDir
    private Path folder;

    @BeforeEach
    void aProjectWithARelease() throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(
                folder.resolve("CHANGELOG.md"),
                "## 0.2.0 (2026-12-09)\n\n## 0.1.0 (2026-12-01)\n\n## 0.0.9 (2026-01-01)\n");
        StringBuilder rows = new StringBuilder("header\n");
        Conformance.SUITES.forEach(suite -> rows.append(
                suite.equals("TCK 2.2")
                        ? NEW + "\n"
                        : suite + "\t\t" + Conformance.NOT_RECORDED + "\t\t\t\tmvn verify\n"));
        Files.writeString(folder.resolve("docs/conformance.tsv"), rows);
    }

    @Test
    void thePageIsWhatTheResultsSay() throws IOException {
        String right = new Conformance(ROOT).page();
        assertEquals(
                right,
                Files.readString(ROOT.resolve("docs/conformance.md")),
                "write it with: java api-impl/src/conformance/java/dev/hawser/conformance/Conformance.java page");
    }

    @Test
    void eachSuiteHasARowThatSaysWhenItWasRunOrThatNobodyHasRunIt() throws IOException {
        List<Conformance.Row> rows = new Conformance(ROOT).rows();
        assertEquals(
                Conformance.SUITES,
                rows.stream().map(Conformance.Row::suite).distinct().toList());
        for (Conformance.Row row : rows) {
            boolean recorded = !row.figure().equals(Conformance.NOT_RECORDED);
            assertTrue(row.date().matches(recorded ? "\\d{4}-\\d\\d-\\d\\d" : ""), row.line());
            assertEquals(recorded, !row.commit().isEmpty(), row.line());
        }
    }

    @Test
    void aRowOfTheTimeSinceTheLastReleaseIsFitForTheNext() throws IOException {
        assertEquals(
                List.of(), new Conformance(folder).tooOld("0.2.0"), "the day of the release itself does not count");
    }

    @Test
    void aRowThatIsOlderThanTheLastReleaseIsNamedWithItsCommand() throws IOException {
        replaceInResults("2026-12-05", "2026-11-30");
        assertEquals(
                List.of("TCK 2.2, tomcat is of 2026-11-30, and the last release of 2026-12-01."
                        + " Run it again: mvn -Ptck verify"),
                new Conformance(folder).tooOld("0.2.0"));
    }

    @Test
    void aSuiteWithoutARowIsNamed() throws IOException {
        replaceInResults(NEW + "\n", "");
        assertEquals(List.of("docs/conformance.tsv has no row for TCK 2.2"), new Conformance(folder).tooOld("0.2.0"));
    }

    @Test
    void aSuiteWritesItsOwnRowAndThePage() throws IOException {
        new Conformance(folder).write("Fuzzing", "", "13 targets, nothing found");
        new Conformance(folder).write("TCK 2.2", "another server", "1 of 1 passed");
        List<Conformance.Row> rows = new Conformance(folder).rows();
        assertEquals(Conformance.SUITES.size(), rows.size(), "a row that nobody asked for is not added");
        Conformance.Row fuzzing = rows.stream()
                .filter(row -> row.suite().equals("Fuzzing"))
                .findFirst()
                .orElseThrow();
        assertEquals("13 targets, nothing found", fuzzing.figure());
        assertEquals("mvn verify", fuzzing.command());
        assertTrue(fuzzing.date().matches("\\d{4}-\\d\\d-\\d\\d"), fuzzing.date());
        assertTrue(fuzzing.machine().contains("JDK " + System.getProperty("java.version")), fuzzing.machine());
        assertTrue(rows.contains(Conformance.Row.parse(NEW)), "the others stay");
        assertEquals(new Conformance(folder).page(), Files.readString(folder.resolve("docs/conformance.md")));
    }

    @Test
    void theRowOfTheMutationsIsThatOfTheReport() throws IOException {
        Path report = folder.resolve("api-impl/target/pit-reports/mutations.xml");
        Files.createDirectories(report.getParent());
        Files.writeString(
                report,
                "<mutations><mutation detected='true' status='KILLED'></mutation>"
                        + "<mutation detected='true' status='TIMED_OUT'></mutation>"
                        + "<mutation detected='false' status='SURVIVED'></mutation></mutations>");
        new Conformance(folder).recordMutations();
        assertEquals("2 of 3 mutations found (66 %), 1 of them by a time-out", figure("Mutation testing"));
    }

    @Test
    void theRowsOfTheBuildAreThoseOfItsReports() throws IOException {
        Path defects = folder.resolve("api-impl/src/test/resources/dev/hawser/known-defects.csv");
        Files.createDirectories(defects.getParent());
        Files.writeString(
                defects, "header\ns;CVE-1;what;OneTest.rule OneTest.other TwoTest.rule;\ns;CVE-2;what;;reason\n");
        report("DeflateNegotiationTest", 7, 0);
        report("OneTest", 2, 0);
        Conformance project = new Conformance(folder);
        assertEquals(List.of("No report of TwoTest: run mvn verify first"), project.recordBuild());
        report("TwoTest", 2, 1);
        assertEquals(1, project.recordBuild().size(), "a failure");
        assertEquals(Conformance.NOT_RECORDED, figure("Known defects"));
        report("TwoTest", 2, 0);
        assertEquals(List.of(), project.recordBuild());
        assertEquals("6 tests passed", figure("RFC 7692 negotiation"));
        assertEquals(
                "2 defects: 1 are held off by tests in 2 classes, which passed; 1 cannot occur",
                figure("Known defects"));
    }

    private String figure(String suite) throws IOException {
        return new Conformance(folder)
                .rows().stream()
                        .filter(row -> row.suite().equals(suite))
                        .findFirst()
                        .orElseThrow()
                        .figure();
    }

    private void report(String test, int tests, int failures) throws IOException {
        Path reports = Files.createDirectories(folder.resolve("api-impl/target/surefire-reports"));
        Files.writeString(
                reports.resolve("TEST-dev.hawser." + test + ".xml"),
                String.format(
                        "<testsuite name=\"%s\" tests=\"%d\" errors=\"0\" skipped=\"%d\" failures=\"%d\"/>",
                        test, tests, tests / 7, failures));
    }

    private void replaceInResults(String old, String with) throws IOException {
        Path results = folder.resolve("docs/conformance.tsv");
        Files.writeString(results, Files.readString(results).replace(old, with));
    }
}
