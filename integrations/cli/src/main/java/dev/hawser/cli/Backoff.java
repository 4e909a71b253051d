package dev.hawser.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time, up to a maximum, and a random part of that, so
 * that the clients of a server that restarts do not all come back at the same moment. Not thread-safe.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final int limit;
    private final RandomGenerator random;
    private int failures;

    /**
     * A backoff without a failure so far.
     *
     * @param first the longest wait after the first failure
     * @param longest the longest wait of all, unless the server asks for more
     * @param limit how many attempts may fail in a row
     */
    public Backoff(Duration first, Duration longest, int limit, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.limit = limit;
        this.random = random;
    }

    /** Called after a success: the next failure counts as the first. */
    public void reset() {
        failures = 0;
    }

    /**
     * Called after an attempt has failed.
     *
     * @param asked the wait that the server asked for ({@code Retry-After}), or zero; the result is never less
     * @return the wait: {@code asked}, plus between half and all of what follows from the number of failures; empty if
     *     the limit is reached
     */
    public Optional<Duration> next(Duration asked) {
        if (++failures >= limit) {
            return Optional.empty();
        }
        long most = first.toMillis() << Math.min(failures - 1, 20);
        long millis = Math.max(Math.min(most, longest.toMillis()), 2);
        return Optional.of(asked.plusMillis(millis / 2 + random.nextLong(millis / 2)));
    }
}
