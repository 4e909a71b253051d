package dev.hawser.benchmarks.comparison;

import org.jspecify.annotations.Nullable;

/**
 * The figures of one round.
 *
 * @param cpuMicros processor time of the server process for a message, in microseconds
 * @param rate messages a second
 * @param p50 median latency in microseconds
 * @param p99 the 99th percentile
 * @param p999 the 99.9th percentile
 * @param allocated bytes that the server allocated on the heap for a message
 * @param wireBytes bytes from the server for a message, with frame headers
 * @param failure why the round is void, or null
 */
record Round(
        double cpuMicros,
        double rate,
        double p50,
        double p99,
        double p999,
        double allocated,
        double wireBytes,
        @Nullable String failure) {
    static Round failed(String failure) {
        return new Round(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, failure);
    }
}
