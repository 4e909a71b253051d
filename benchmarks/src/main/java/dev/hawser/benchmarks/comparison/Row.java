package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All rounds of one contestant in one scenario. One failed round makes the row void. */
final class Row {
    private final Scenario scenario;
    private final Contestant contestant;
    private final boolean pinned;
    private final String run;
    private final List<Round> rounds = new ArrayList<>();

    /** @param run the time of its run, for rows of several runs on one page */
    Row(Scenario scenario, Contestant contestant, boolean pinned, String run) {
        this.run = run;
        this.scenario = scenario;
        this.contestant = contestant;
        this.pinned = pinned;
    }

    void add(Round round) {
        rounds.add(round);
    }

    Scenario scenario() {
        return scenario;
    }

    Contestant contestant() {
        return contestant;
    }

    String run() {
        return run;
    }

    boolean isPinned() {
        return pinned;
    }

    /** Why the row is void, or null. */
    @Nullable String failure() {
        if (rounds.isEmpty()) {
            return "not run";
        }
        String failure = rounds.stream()
                .map(Round::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        String limit = KnownLimits.reason(scenario, contestant);
        return failure == null || limit == null ? failure : failure + " (" + limit + ")";
    }

    List<Round> rounds() {
        return List.copyOf(rounds);
    }

    /** The median over the rounds; NaN if the row is void. */
    double median(ToDoubleFunction<Round> figure) {
        double[] sorted = sorted(figure);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double minimum(ToDoubleFunction<Round> figure) {
        return sorted(figure)[0];
    }

    double maximum(ToDoubleFunction<Round> figure) {
        double[] sorted = sorted(figure);
        return sorted[sorted.length - 1];
    }

    private double[] sorted(ToDoubleFunction<Round> figure) {
        if (failure() != null) {
            return new double[] {Double.NaN};
        }
        double[] values = rounds.stream().mapToDouble(figure).toArray();
        Arrays.sort(values);
        return values;
    }
}
