package dev.hawser.benchmarks.comparison;

/**
 * A figure that Hawser has to reach.
 *
 * @param what the scenario and figure
 * @param contestant which Hawser
 * @param against what it is compared with
 * @param value what was measured; not a number if it was not
 * @param limit what is asked
 * @param atLeast whether the value must not be below the limit, and not above it
 */
record Bar(String what, String contestant, String against, double value, double limit, boolean atLeast) {
    /** Whether it was measured at all. */
    boolean isMeasured() {
        return !Double.isNaN(value);
    }

    /** Whether the value is within the limit. */
    boolean isMet() {
        return atLeast ? value >= limit : value <= limit;
    }
}
