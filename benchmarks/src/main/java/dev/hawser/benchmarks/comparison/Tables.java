package dev.hawser.benchmarks.comparison;

import static dev.hawser.benchmarks.comparison.Markdown.head;
import static dev.hawser.benchmarks.comparison.Markdown.row;
import static dev.hawser.benchmarks.comparison.Markdown.whole;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables of the page, in Markdown. */
final class Tables {
    private final Results results;

    Tables(Results results) {
        this.results = results;
    }

    /** The scenarios of each run, if there was more than one. */
    String runs() {
        StringBuilder text = new StringBuilder();
        results.runs()
                .forEach((run, names) -> text.append("- ")
                        .append(run)
                        .append(" UTC: ")
                        .append(String.join(", ", names))
                        .append('\n'));
        return text.isEmpty()
                ? ""
                : "\nThe scenarios are of more than one run on this machine, each as a whole of one:\n\n" + text;
    }

    /** How many rounds there are, and how long they were if all are of the run that measured so many milliseconds. */
    String rounds(long millis) {
        IntSummaryStatistics counts = results.roundCounts();
        String rounds = counts.getMin() == counts.getMax()
                ? counts.getMax() + " rounds"
                : counts.getMin() + " to " + counts.getMax() + " rounds";
        return results.runs().isEmpty() ? rounds + " of " + millis + " ms" : rounds;
    }

    /** The scenarios with blocking callbacks: their effect on other connections, and how many can block. */
    String blocking() {
        StringBuilder table = head(
                "contestant",
                "50 alone, messages/s",
                "beside 8 that block",
                "kept",
                "p99 us alone",
                "p99 us beside",
                "1,000 that block, messages/s",
                "p99 us");
        Set<String> contestants = new LinkedHashSet<>();
        best().stream()
                .filter(row -> row.scenario().blocks())
                .forEach(row -> contestants.add(row.contestant().name()));
        String beside = "beside-slow";
        for (String name : contestants) {
            double alone = results.median(beside + Scenario.ALONE, name, Round::rate);
            double rate = results.median(beside, name, Round::rate);
            row(
                    table,
                    name,
                    whole(alone),
                    whole(rate),
                    Double.isNaN(rate / alone) ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * rate / alone),
                    whole(results.median(beside + Scenario.ALONE, name, Round::p99)),
                    whole(results.median(beside, name, Round::p99)),
                    whole(results.median("blocking-1000", name, Round::rate)),
                    whole(results.median("blocking-1000", name, Round::p99)));
        }
        return table.toString();
    }

    /** Processor time for a message: scenarios down, contestants across. */
    String summary() {
        List<Row> rows = best().stream().filter(row -> !row.scenario().blocks()).toList();
        Set<String> contestants = new LinkedHashSet<>();
        rows.forEach(row -> contestants.add(row.contestant().name()));
        List<String> titles = new ArrayList<>(List.of("scenario"));
        titles.addAll(contestants);
        StringBuilder table = head(titles.toArray(String[]::new));
        for (Scenario scenario : scenarios(rows)) {
            List<String> cells = new ArrayList<>(List.of(scenario.title()));
            for (String contestant : contestants) {
                Row row = results.row(scenario.name(), contestant);
                cells.add(
                        row == null
                                ? ""
                                : row.failure() != null ? "void" : Report.number(row.median(Round::cpuMicros)));
            }
            row(table, cells.toArray(String[]::new));
        }
        return table.toString();
    }

    /** All figures, a table for each scenario. */
    String details(boolean pinned) {
        List<Row> rows = pinned && results.rows(true).isEmpty() ? List.of() : results.rows(pinned);
        StringBuilder text = new StringBuilder();
        for (Scenario scenario : scenarios(rows)) {
            text.append("\n**")
                    .append(scenario.title())
                    .append("** (`")
                    .append(scenario.name())
                    .append("`)\n\n");
            StringBuilder table = head(
                    "contestant",
                    "CPU us/" + scenario.unit() + ", median (min - max)",
                    plural(scenario.unit()) + "/s",
                    "p50 us",
                    "p99 us",
                    "p99.9 us",
                    "B allocated",
                    "B on the wire");
            rows.stream().filter(row -> row.scenario().equals(scenario)).forEach(row -> detail(table, row));
            text.append(table);
        }
        return text.isEmpty() ? "Not measured.\n" : text.toString();
    }

    private static void detail(StringBuilder table, Row row) {
        String failure = row.failure();
        if (failure != null) {
            row(table, row.contestant().name(), "void: " + failure, "", "", "", "", "", "");
            return;
        }
        row(
                table,
                row.contestant().name(),
                String.format(
                        "%s (%s - %s)",
                        Report.number(row.median(Round::cpuMicros)),
                        Report.number(row.minimum(Round::cpuMicros)),
                        Report.number(row.maximum(Round::cpuMicros))),
                whole(row.median(Round::rate)),
                whole(row.median(Round::p50)),
                whole(row.median(Round::p99)),
                whole(row.median(Round::p999)),
                whole(row.median(Round::allocated)),
                whole(row.median(Round::wireBytes)));
    }

    /** Idle memory. */
    String memory() {
        StringBuilder table = head(
                "contestant",
                "connections",
                "heap B each",
                "resident B each",
                "heap, last step to first",
                "compression");
        for (MemoryRow row : results.memory()) {
            String compression = row.compressed() ? "permessage-deflate" : "none";
            String connections = row.steps().isEmpty()
                    ? ""
                    : whole(row.steps().get(row.steps().size() - 1).connections());
            if (row.failure() != null) {
                row(table, row.contestant().name(), connections, "void: " + row.failure(), "", "", compression);
            } else {
                row(
                        table,
                        row.contestant().name(),
                        connections,
                        whole(row.heapPerConnection()),
                        whole(row.residentPerConnection()),
                        Report.number(row.heapGrowth()),
                        compression);
            }
        }
        return table.toString();
    }

    /**
     * Processor time for a message over the number of connections, and how much faster it grows than without a
     * protocol.
     */
    String growth() {
        List<String> names = Report.names(Contestants.named(List.of())).stream()
                .filter(Growth.CONTESTANTS::contains)
                .toList();
        List<String> titles = new ArrayList<>(List.of("connections"));
        titles.addAll(names);
        StringBuilder table = head(titles.toArray(String[]::new));
        for (Growth.Point point : Growth.POINTS) {
            List<String> cells = new ArrayList<>(List.of(whole(point.connections())));
            for (String name : names) {
                double cpu = results.median(point.scenario(), name, Round::cpuMicros);
                double relative = Growth.relativeToRaw(results, point, name);
                cells.add(Double.isNaN(cpu) ? "" : Report.number(cpu) + " (" + Report.number(relative) + ")");
            }
            row(table, cells.toArray(String[]::new));
        }
        return table.toString();
    }

    /** The bars, and whether they are met. */
    String bars() {
        return Markdown.bars(Bars.of(results));
    }

    private List<Row> best() {
        return results.rows(true).isEmpty() ? results.rows(false) : results.rows(true);
    }

    private static List<Scenario> scenarios(List<Row> rows) {
        return rows.stream().map(Row::scenario).distinct().toList();
    }

    private static String plural(String unit) {
        return unit.endsWith("y") ? unit.substring(0, unit.length() - 1) + "ies" : unit + "s";
    }
}
