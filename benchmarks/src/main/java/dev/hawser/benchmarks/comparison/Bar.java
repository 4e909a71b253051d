package dev.hawser.benchmarks.comparison;

/**
 * A limit for a figure of Hawser.
 *
 * @param what the scenario and figure
 * @param contestant the Hawser contestant
 * @param against the contestant that it is compared with
 * @param value the measured value; NaN if it was not measured
 * @param limit the limit
 * @param atLeast true if the value must be at least the limit, false if at most
 */
public record Bar(String what, String contestant, String against, double value, double limit, boolean atLeast) {
    /** Whether the figure was measured. */
    public boolean isMeasured() {
        return !Double.isNaN(value);
    }

    /** Whether the value is within the limit. */
    public boolean isMet() {
        return atLeast ? value >= limit : value <= limit;
    }
}
