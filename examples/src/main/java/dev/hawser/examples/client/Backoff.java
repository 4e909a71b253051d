package dev.hawser.examples.client;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time, up to a longest, and a random part of it, so that
 * the clients of a server that restarts do not all come back in the same moment. Not thread-safe.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final int limit;
    private final RandomGenerator random;
    private int failures;

    /**
     * With no failure so far.
     *
     * @param first the most that is waited after the first failure
     * @param longest the most that is ever waited, unless the server asks for more
     * @param limit how many attempts may fail in a row
     */
    public Backoff(Duration first, Duration longest, int limit, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.limit = limit;
        this.random = random;
    }

    /** It went well: the next failure is the first again. */
    public void reset() {
        failures = 0;
    }

    /**
     * An attempt has failed.
     *
     * @param asked what the server asked for ({@code Retry-After}), or zero; never less is waited
     * @return between half and all of what the number of failures gives, on top of what was asked for; empty if the
     *     limit is reached
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
