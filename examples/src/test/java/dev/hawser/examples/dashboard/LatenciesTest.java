package dev.hawser.examples.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of many durations, without keeping them. */
class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 1_000, 123_456_789, 3_600_000_000_000L, Long.MAX_VALUE})
    void aDurationIsSaidToBeNoShorterThanItIsAndAtMostAnEighthLonger(long nanos) {
        latencies.count(nanos);
        long said = latencies.take().nanos(1);
        assertTrue(said >= nanos && said - nanos <= nanos / 8, nanos + " is said to be " + said);
    }

    @Test
    void halfOfAllAndTheSlowestOfAHundredAreToldApart() {
        for (int i = 1; i <= 1000; i++) {
            latencies.count(i * 1_000_000L);
        }
        Latencies.Counted counted = latencies.take();
        assertEquals(1000, counted.count());
        assertEquals(500e6, (double) counted.nanos(0.5), 500e6 / 8);
        assertEquals(990e6, (double) counted.nanos(0.99), 990e6 / 8);
        assertEquals(1000e6, (double) counted.nanos(1), 1000e6 / 8);
    }

    @Test
    void whatWasTakenIsCountedOnceOnly() {
        latencies.count(5);
        latencies.take();
        assertEquals(0, latencies.take().count());
        assertEquals(0, latencies.take().nanos(0.5));
    }

    @Test
    void aClockThatGoesBackIsNoFailure() {
        latencies.count(-1);
        assertEquals(1, latencies.take().count());
    }
}
