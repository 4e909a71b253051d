package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All results. */
final class Results {
    private final List<Row> rows = new ArrayList<>();
    private final List<MemoryRow> memory = new ArrayList<>();

    void add(List<Row> more) {
        rows.addAll(more);
    }

    void add(MemoryRow row) {
        memory.add(row);
    }

    /** Adds a round to its row; {@code like} becomes the row if there is none. */
    void add(Row like, Round round) {
        Row row = rows.stream()
                .filter(other -> other.scenario().equals(like.scenario())
                        && other.contestant().equals(like.contestant())
                        && other.isPinned() == like.isPinned())
                .findFirst()
                .orElse(null);
        if (row == null) {
            row = like;
            rows.add(row);
        }
        row.add(round);
    }

    /**
     * Adds the scenarios of an earlier run that are missing here, as a whole: all contestants of a scenario are of one
     * run.
     */
    void addMissing(Results earlier) {
        Set<String> here = new LinkedHashSet<>();
        rows.forEach(row -> here.add(row.scenario().name()));
        earlier.rows.stream()
                .filter(row -> !here.contains(row.scenario().name()))
                .forEach(rows::add);
        rows.sort(Comparator.comparingInt(row -> Scenarios.place(row.scenario()))); // a stable sort
        List<MemoryRow> own = List.copyOf(memory);
        earlier.memory.stream()
                .filter(row -> own.stream().noneMatch(other -> other.compressed() == row.compressed()))
                .forEach(memory::add);
        memory.sort(Comparator.comparing(MemoryRow::compressed));
    }

    /** How many rounds the rows have that are not void. */
    IntSummaryStatistics roundCounts() {
        return rows.stream()
                .filter(row -> row.failure() == null)
                .mapToInt(row -> row.rounds().size())
                .summaryStatistics();
    }

    /** The names of the scenarios of each run, if there is more than one. */
    Map<String, Set<String>> runs() {
        Map<String, Set<String>> runs = new LinkedHashMap<>();
        for (Row row : rows) {
            runs.computeIfAbsent(row.run(), run -> new LinkedHashSet<>())
                    .add(row.scenario().name());
        }
        for (MemoryRow row : memory) {
            runs.computeIfAbsent(row.run(), run -> new LinkedHashSet<>())
                    .add(row.compressed() ? "memory-deflate" : "memory");
        }
        return runs.size() > 1 ? runs : Map.of();
    }

    /** The scenarios in which one of these contestants should have a row, and has none, not even a void one. */
    List<String> missing(List<Contestant> contestants) {
        List<String> missing = new ArrayList<>();
        for (Scenario scenario : Scenarios.named(List.of())) {
            if (contestants.stream()
                    .anyMatch(each -> scenario.suits(each) && row(scenario.name(), each.name()) == null)) {
                missing.add(scenario.name());
            }
        }
        for (String name : Scenarios.MEMORY) {
            boolean compressed = name.endsWith("-deflate");
            if (contestants.stream()
                    .anyMatch(each -> each.holdsIdle(compressed) && memory(each.name(), compressed) == null)) {
                missing.add(name);
            }
        }
        return missing;
    }

    /** All rows. */
    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The rows with server and load generator each on its own core, or the rows with both on any core. */
    List<Row> rows(boolean pinned) {
        return rows.stream().filter(row -> row.isPinned() == pinned).toList();
    }

    List<MemoryRow> memory() {
        return List.copyOf(memory);
    }

    /** The row for the bars: the pinned one if there is one. Null if there is none. */
    @Nullable Row row(String scenario, String contestant) {
        Row found = null;
        for (Row row : rows) {
            boolean same = row.scenario().name().equals(scenario)
                    && row.contestant().name().equals(contestant);
            if (same && (found == null || row.isPinned())) {
                found = row;
            }
        }
        return found;
    }

    /** The median of a figure, or NaN if there is none. */
    double median(String scenario, String contestant, ToDoubleFunction<Round> figure) {
        Row row = row(scenario, contestant);
        return row == null ? Double.NaN : row.median(figure);
    }

    /** Whichever of the contestants takes the least processor time for a message; the first if none was measured. */
    String cheapest(String scenario, List<String> contestants) {
        String cheapest = contestants.get(0);
        for (String contestant : contestants) {
            double cost = median(scenario, contestant, Round::cpuMicros);
            double least = median(scenario, cheapest, Round::cpuMicros);
            if (cost < least || Double.isNaN(least)) {
                cheapest = contestant;
            }
        }
        return cheapest;
    }

    /** The row of idle memory, or null if it was not measured. */
    @Nullable MemoryRow memory(String contestant, boolean compressed) {
        return memory.stream()
                .filter(row -> row.compressed() == compressed
                        && row.contestant().name().equals(contestant))
                .findFirst()
                .orElse(null);
    }
}
