package dev.hawser.benchmarks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of one client with one number of connections, with TLS or without. A failure voids the row.
 *
 * @param contestant the name of the client
 * @param tls whether it spoke TLS
 * @param connections how many connections played ping-pong
 * @param rounds what was measured
 * @param failure why the row is void, or null
 */
record ClientRow(
        String contestant,
        boolean tls,
        int connections,
        List<Round> rounds,
        @Nullable String failure) {
    /**
     * One round.
     *
     * @param cpuMicros processor time of the client's process for a message, in microseconds
     * @param rate messages in a second
     * @param allocated heap bytes allocated for a message
     */
    record Round(double cpuMicros, double rate, double allocated) {}

    ClientRow {
        rounds = List.copyOf(rounds);
    }

    /** The median of all rounds; NaN if the row is void. */
    double median(ToDoubleFunction<Round> figure) {
        List<Double> sorted = sorted(figure);
        if (failure != null || sorted.isEmpty()) {
            return Double.NaN;
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double minimum(ToDoubleFunction<Round> figure) {
        return failure != null || rounds.isEmpty() ? Double.NaN : sorted(figure).get(0);
    }

    double maximum(ToDoubleFunction<Round> figure) {
        return failure != null || rounds.isEmpty() ? Double.NaN : sorted(figure).get(rounds.size() - 1);
    }

    private List<Double> sorted(ToDoubleFunction<Round> figure) {
        List<Double> values = new ArrayList<>();
        rounds.forEach(round -> values.add(figure.applyAsDouble(round)));
        values.sort(Double::compare);
        return values;
    }
}
