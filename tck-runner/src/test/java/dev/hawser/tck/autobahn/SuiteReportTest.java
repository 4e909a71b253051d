package dev.hawser.tck.autobahn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteReportTest {

    @TempDir
    Path directory;

    @Test
    void bothVerdictsOfEachCaseAreRead() throws IOException {
        Map<CaseId, Verdict> report = read("""
                {"Hawser": {
                   "1.1.1": {"behavior": "OK", "behaviorClose": "OK", "duration": 4, "remoteCloseCode": 1000},
                   "6.4.1": {"behavior": "NON-STRICT", "behaviorClose": "UNCLEAN", "remoteCloseCode": null}
                }}""");
        assertEquals(
                Map.of(
                        CaseId.parse("1.1.1"), new Verdict("OK", "OK"),
                        CaseId.parse("6.4.1"), new Verdict("NON-STRICT", "UNCLEAN")),
                report);
    }

    @Test
    void casesAreOrderedByTheirNumbers() {
        List<String> ids = Stream.of("10.1.1", "2.10", "2.9", "7.13.1", "7.1.6")
                .map(CaseId::parse)
                .sorted()
                .map(CaseId::toString)
                .toList();
        assertEquals(List.of("2.9", "2.10", "7.1.6", "7.13.1", "10.1.1"), ids);
    }

    @Test
    void aReportThatWasNotWrittenIsAnError() {
        IOException error =
                assertThrows(IOException.class, () -> SuiteReport.read(directory.resolve("index.json"), "Hawser"));
        assertEquals("The suite has written no report: there is no index.json", error.getMessage());
    }

    @Test
    void aReportAboutSomebodyElseIsAnError() {
        refused("{\"Other\": {}}", "\"Other\"");
        refused("{\"Hawser\": {}, \"Other\": {}}", "\"Hawser\", \"Other\"");
        refused("{}", "nobody");
    }

    @Test
    void aMissingVerdictIsAnError() {
        refused("{\"Hawser\": {\"1.1.1\": {\"behavior\": \"OK\"}}}", "case 1.1.1: behaviorClose");
        refused("{\"Hawser\": {\"1.1.1\": {\"behavior\": null, \"behaviorClose\": \"OK\"}}}", "case 1.1.1: behavior");
    }

    @Test
    void whatIsNotJsonOrNamesACaseTwiceIsAnError() {
        refused("{\"Hawser\": {", "not JSON");
        refused("{\"Hawser\": {}} {}", "not JSON");
        String ok = "{\"behavior\": \"OK\", \"behaviorClose\": \"OK\"}";
        refused("{\"Hawser\": {\"1.1.1\": " + ok + ", \"1.1.1\": " + ok + "}}", "Duplicate");
        refused("{\"Hawser\": {\"one\": " + ok + "}}", "one");
    }

    @Test
    void theTableCountsEachSection() throws IOException {
        var report = SuiteReport.read(write("""
                {"Hawser": {
                   "1.1.1": {"behavior": "OK", "behaviorClose": "OK"},
                   "1.1.2": {"behavior": "OK", "behaviorClose": "WRONG CODE"},
                   "7.1.6": {"behavior": "INFORMATIONAL", "behaviorClose": "INFORMATIONAL"},
                   "10.1.1": {"behavior": "FAILED", "behaviorClose": "OK"}
                }}"""), "Hawser");
        String table = SectionTable.of("As server", report).replaceAll(" +", " ");
        assertEquals("1 OK, 1 INFORMATIONAL, 1 FAILED, 1 bad close", SectionTable.sum(report));
        assertEquals(
                List.of(
                        "As server",
                        "section cases OK NON-STRICT INFORMATIONAL UNIMPLEMENTED FAILED bad close",
                        " 1 framing 2 1 0 0 0 0 1",
                        " 7 closing 1 0 0 1 0 0 0",
                        "10 automatic fragmentation 1 0 0 0 0 1 0",
                        "all 4 1 0 1 0 1 1"),
                table.lines().toList());
    }

    private void refused(String json, String reason) {
        IOException error = assertThrows(IOException.class, () -> read(json));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }

    private Map<CaseId, Verdict> read(String json) throws IOException {
        return SuiteReport.read(write(json), "Hawser");
    }

    private Path write(String json) throws IOException {
        return Files.writeString(directory.resolve("index.json"), json);
    }
}
