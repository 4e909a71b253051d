package dev.hawser.tck.autobahn;

import dev.hawser.tck.EntryLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every case that must be in a report, and its verdict. Anything else is a difference: a case too many, a missing case,
 * a worse verdict and also a better one.
 *
 * <p>A line of the file is a case number and one verdict, for both {@code behavior} and {@code behaviorClose}, in the
 * format of {@link EntryLines}.
 */
public final class ExpectedResults {

    private static final Set<String> VERDICTS = Set.of("OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED");

    private final SortedMap<CaseId, Verdict> verdicts;

    private ExpectedResults(SortedMap<CaseId, Verdict> verdicts) {
        this.verdicts = verdicts;
    }

    /** Reads a file. @throws IOException if it cannot be read, or a line is malformed; the message names the line */
    public static ExpectedResults read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    /** Reads lines. @throws IOException if a line is malformed; the message names the line */
    static ExpectedResults parse(List<String> lines) throws IOException {
        return new ExpectedResults(new TreeMap<>(EntryLines.read("Expected results", lines, ExpectedResults::entry)));
    }

    private static Map.Entry<CaseId, Verdict> entry(String line) {
        String[] words = line.split("\\s+", -1);
        if (words.length != 2 || !VERDICTS.contains(words[1])) {
            throw new IllegalArgumentException("not a case number and one of " + VERDICTS);
        }
        return Map.entry(CaseId.parse(words[0]), new Verdict(words[1], words[1]));
    }

    /** The expected results of some sections only. */
    public ExpectedResults ofSections(Set<Integer> sections) {
        SortedMap<CaseId, Verdict> some = new TreeMap<>(verdicts);
        some.keySet().removeIf(id -> !sections.contains(id.section()));
        return new ExpectedResults(some);
    }

    /** The cases, in order. */
    public List<CaseId> cases() {
        return List.copyOf(verdicts.keySet());
    }

    /** The differences between a report and these results, one sentence for each case. */
    public List<String> differences(Map<CaseId, Verdict> report) {
        List<String> differences = new ArrayList<>();
        verdicts.forEach((id, expected) -> {
            Verdict verdict = report.get(id);
            if (verdict == null) {
                differences.add(id + ": not in the report");
            } else if (!verdict.equals(expected)) {
                differences.add(id + ": " + verdict + " (expected " + expected + ")");
            }
        });
        new TreeMap<>(report).forEach((id, verdict) -> {
            if (!verdicts.containsKey(id)) {
                differences.add(id + ": " + verdict + ", but was not asked for");
            }
        });
        return differences;
    }
}
