package dev.hawser.tck.autobahn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of verdicts: one line per section, and their sum. A case counts as OK if both its behavior and its closing
 * are OK.
 */
public final class SectionTable {

    private static final Map<Integer, String> NAMES = Map.of(
            1, "framing",
            2, "ping and pong",
            3, "reserved bits",
            4, "opcodes",
            5, "fragmentation",
            6, "UTF-8",
            7, "closing",
            9, "limits and performance",
            10, "automatic fragmentation");

    private static final List<String> COLUMNS =
            List.of("OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED", "bad close");

    private SectionTable() {}

    /** The table, under a line with a title. */
    public static String of(String title, SortedMap<CaseId, Verdict> report) {
        SortedMap<Integer, Map<String, Integer>> sections = new TreeMap<>();
        Map<String, Integer> sum = new LinkedHashMap<>();
        report.forEach((id, verdict) -> {
            String column = column(verdict);
            sections.computeIfAbsent(id.section(), k -> new LinkedHashMap<>()).merge(column, 1, Integer::sum);
            sum.merge(column, 1, Integer::sum);
        });
        StringBuilder table = new StringBuilder(String.format("%s%n%-27s %6s", title, "section", "cases"));
        COLUMNS.forEach(column -> table.append(String.format(" %" + width(column) + "s", column)));
        table.append(String.format("%n"));
        sections.forEach((section, counts) ->
                table.append(line(String.format("%2d %s", section, NAMES.getOrDefault(section, "")), counts)));
        return table.append(line("all", sum)).toString();
    }

    /** How many cases have each verdict, in one line: {@code 298 OK, 3 INFORMATIONAL}. */
    public static String sum(SortedMap<CaseId, Verdict> report) {
        return COLUMNS.stream()
                .map(column -> Map.entry(
                        column,
                        report.values().stream()
                                .filter(verdict -> column(verdict).equals(column))
                                .count()))
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String column(Verdict verdict) {
        boolean closing =
                verdict.behaviorClose().equals("OK") || verdict.behaviorClose().equals(verdict.behavior());
        return verdict.behavior().equals("OK") && !closing ? "bad close" : verdict.behavior();
    }

    private static String line(String name, Map<String, Integer> counts) {
        int cases = counts.values().stream().mapToInt(Integer::intValue).sum();
        StringBuilder line = new StringBuilder(String.format("%-27s %6d", name, cases));
        COLUMNS.forEach(
                column -> line.append(String.format(" %" + width(column) + "d", counts.getOrDefault(column, 0))));
        return line.append(String.format("%n")).toString();
    }

    private static int width(String column) {
        return Math.max(4, column.length());
    }
}
