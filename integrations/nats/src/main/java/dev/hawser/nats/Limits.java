package dev.hawser.nats;

import java.time.Duration;

/** How much of each topic a stream keeps. Topics with equal limits share a stream. */
record Limits(int most, long millis) {
    /** The least age that NATS accepts. */
    private static final long LEAST = 100;

    private static final long LONGEST = Duration.ofDays(36500).toMillis();

    static Limits of(int most, Duration age) {
        return new Limits(most, Math.max(LEAST, Math.min(age.toMillis(), LONGEST)));
    }
}
