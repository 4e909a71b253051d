package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All that was measured. */
final class Results {
    private final List<Row> rows = new ArrayList<>();
    private final List<MemoryRow> memory = new ArrayList<>();

    void add(List<Row> more) {
        rows.addAll(more);
    }

    void add(MemoryRow row) {
        memory.add(row);
    }

    /** The rows measured with server and load generator on cores of their own, or with both anywhere. */
    List<Row> rows(boolean pinned) {
        return rows.stream().filter(row -> row.isPinned() == pinned).toList();
    }

    List<MemoryRow> memory() {
        return List.copyOf(memory);
    }

    /** The row the bars speak of: pinned if there is one. Null if it was not run. */
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

    /** The median of a figure, or not a number if there is none. */
    double median(String scenario, String contestant, ToDoubleFunction<Round> figure) {
        Row row = row(scenario, contestant);
        return row == null ? Double.NaN : row.median(figure);
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
