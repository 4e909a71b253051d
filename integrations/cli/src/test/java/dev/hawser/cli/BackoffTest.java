package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToTheLongestWithHalfOfItAtRandom() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_000), 100, new Random(7));
        long[] most = {100, 200, 400, 800, 1_000, 1_000};
        for (long longest : most) {
            long millis = backoff.next(Duration.ZERO).orElseThrow().toMillis();
            assertTrue(millis >= longest / 2 && millis <= longest, millis + " of " + longest);
        }
        Set<Duration> different = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            different.add(backoff.next(Duration.ZERO).orElseThrow());
        }
        assertTrue(different.size() > 10, "always the same: " + different);
    }

    @Test
    void waitsAtLeastAsLongAsIsAskedFor() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_000), 5, new Random(7));
        Duration asked = Duration.ofMinutes(2);
        assertTrue(backoff.next(asked).orElseThrow().compareTo(asked) >= 0);
    }

    @Test
    void endsAtTheLimitAndBeginsAgainAfterASuccess() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_000), 2, new Random(7));
        assertTrue(backoff.next(Duration.ZERO).isPresent());
        assertEquals(Optional.empty(), backoff.next(Duration.ZERO));
        backoff.reset();
        assertTrue(backoff.next(Duration.ZERO).orElseThrow().toMillis() <= 100);
    }
}
