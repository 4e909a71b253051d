package dev.hawser.tck.official;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table of results: one line per package, and their sum.
 *
 * <p>The packages of the TCK are deep, one per test class. So there are two tables of the same outcomes: by area (the
 * part after {@code com.sun.ts.tests.websocket}, or after its replacement in API 2.3) for the console, and by full
 * package for the report file.
 */
public final class TckTable {

    private static final List<String> ROOTS = List.of("com.sun.ts.tests.websocket.", "ee.jakarta.tck.websocket.");

    private TckTable() {}

    /** One line per area of the TCK: api, ee, negdep, signaturetest, spec. */
    public static String byArea(List<TestOutcome> outcomes) {
        return table(outcomes, true);
    }

    /** One line per package. */
    public static String byPackage(List<TestOutcome> outcomes) {
        return table(outcomes, false);
    }

    private static String table(List<TestOutcome> outcomes, boolean area) {
        Map<String, Counts> rows = new TreeMap<>();
        Counts sum = new Counts();
        for (TestOutcome outcome : outcomes) {
            String row = belowRoot(outcome.packageName());
            String key = area && row.indexOf('.') > 0 ? row.substring(0, row.indexOf('.')) : row;
            rows.computeIfAbsent(key, k -> new Counts()).add(outcome);
            sum.add(outcome);
        }
        int width = Math.max(
                "package".length(),
                rows.keySet().stream().mapToInt(String::length).max().orElse(0));
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "%-" + width + "s %6s %6s %6s %6s %7s%n", "package", "tests", "passed", "failed", "errors", "skipped"));
        rows.forEach((name, counts) -> table.append(counts.line(name, width)));
        return table.append(sum.line("all", width)).toString();
    }

    private static String belowRoot(String name) {
        for (String root : ROOTS) {
            if (name.startsWith(root)) {
                return name.substring(root.length());
            }
        }
        return name;
    }

    private static final class Counts {
        private final Map<TestOutcome.Status, Integer> of = new EnumMap<>(TestOutcome.Status.class);

        void add(TestOutcome outcome) {
            of.merge(outcome.status(), 1, Integer::sum);
        }

        String line(String name, int width) {
            int tests = of.values().stream().mapToInt(Integer::intValue).sum();
            return String.format(
                    "%-" + width + "s %6d %6d %6d %6d %7d%n",
                    name,
                    tests,
                    count(TestOutcome.Status.PASSED),
                    count(TestOutcome.Status.FAILED),
                    count(TestOutcome.Status.ERROR),
                    count(TestOutcome.Status.SKIPPED));
        }

        private int count(TestOutcome.Status status) {
            return of.getOrDefault(status, 0);
        }
    }
}
