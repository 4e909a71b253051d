package dev.hawser.tck.autobahn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpectedResultsTest {
    private static final Verdict OK = new Verdict("OK", "OK");
    private static final Verdict INFORMATIONAL = new Verdict("INFORMATIONAL", "INFORMATIONAL");

    private final ExpectedResults expected =
            expecting("# all there is", "", "2.9 OK", "2.10 OK", "7.1.6 INFORMATIONAL");

    private final SortedMap<CaseId, Verdict> report = new TreeMap<>(
            Map.of(CaseId.parse("2.9"), OK, CaseId.parse("2.10"), OK, CaseId.parse("7.1.6"), INFORMATIONAL));

    @Test
    void aReportAsExpectedHasNoDifferences() {
        assertEquals(List.of(), expected.differences(report));
    }

    @Test
    void aMissingCaseIsADifference() {
        report.remove(CaseId.parse("2.9"));
        assertEquals(List.of("2.9: not in the report"), expected.differences(report));
    }

    @Test
    void aCaseThatWasNotAskedForIsADifference() {
        report.put(CaseId.parse("12.1.1"), OK);
        assertEquals(List.of("12.1.1: OK, but was not asked for"), expected.differences(report));
    }

    @Test
    void aCaseThatIsNonStrictIsADifference() {
        report.put(CaseId.parse("2.10"), new Verdict("NON-STRICT", "OK"));
        assertEquals(List.of("2.10: NON-STRICT, closing OK (expected OK)"), expected.differences(report));
    }

    @Test
    void aConnectionThatIsNotClosedCleanlyIsADifference() {
        report.put(CaseId.parse("2.10"), new Verdict("OK", "UNCLEAN"));
        assertEquals(List.of("2.10: OK, closing UNCLEAN (expected OK)"), expected.differences(report));
    }

    @Test
    void aBetterVerdictIsADifferenceTooSoThatTheFileIsKeptTrue() {
        report.put(CaseId.parse("7.1.6"), OK);
        assertEquals(List.of("7.1.6: OK (expected INFORMATIONAL)"), expected.differences(report));
    }

    @Test
    void anEmptyReportIsNotAPassedOne() {
        assertEquals(3, expected.differences(Map.of()).size());
    }

    @Test
    void aSubsetIsJudgedLikeTheWhole() {
        ExpectedResults pings = expected.ofSections(Set.of(2));
        assertEquals(List.of(CaseId.parse("2.9"), CaseId.parse("2.10")), pings.cases());
        assertEquals(List.of("7.1.6: INFORMATIONAL, but was not asked for"), pings.differences(report));
    }

    @Test
    void malformedLinesAreNamed() {
        for (String line : List.of("6.4.1", "6.4.1 FINE", "6.4.x OK", "6 OK", "2.9 OK OK")) {
            IOException error = assertThrows(IOException.class, () -> ExpectedResults.parse(List.of("1.1.1 OK", line)));
            assertTrue(error.getMessage().contains("line 2"), error.getMessage());
        }
        assertThrows(IOException.class, () -> ExpectedResults.parse(List.of("1.1.1 OK", "1.1.1 OK")));
    }

    @Test
    void theFilesOfBothDirectionsHoldTheWholeSuite() throws IOException {
        for (String direction : List.of("server", "client")) {
            ExpectedResults all = ExpectedResults.read(Path.of("src/autobahn/expected-" + direction + ".txt"));
            assertEquals(301, all.cases().size(), direction);
            assertEquals(
                    247, all.ofSections(Set.of(1, 2, 3, 4, 5, 6, 7, 10)).cases().size(), direction);
            SortedMap<CaseId, Verdict> allOk = new TreeMap<>();
            all.cases().forEach(id -> allOk.put(id, OK));
            assertEquals(
                    List.of(
                            "7.1.6: OK (expected INFORMATIONAL)",
                            "7.13.1: OK (expected INFORMATIONAL)",
                            "7.13.2: OK (expected INFORMATIONAL)"),
                    all.differences(allOk));
        }
    }

    private static ExpectedResults expecting(String... lines) {
        try {
            return ExpectedResults.parse(List.of(lines));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
