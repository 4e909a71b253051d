package dev.hawser.examples.dashboard;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in buckets, of which each is a fifth wider than its shortest duration, or less: it needs neither a
 * lock nor memory for each duration. Thread-safe.
 */
final class Latencies {
    /** Each power of two has eight buckets. */
    private static final int STEPS = 3;

    private final AtomicLongArray buckets = new AtomicLongArray(64 << STEPS);

    /**
     * What was counted in a time.
     *
     * @param counts a number for each bucket
     * @param count their sum
     */
    record Counted(long[] counts, long count) {
        /**
         * The duration that a share of all did not exceed, in nanoseconds: the end of its bucket. 0 if nothing was
         * counted.
         *
         * @param share such as 0.99
         */
        long nanos(double share) {
            long rank = (long) Math.ceil(share * count);
            long seen = 0;
            for (int bucket = 0; bucket < counts.length; bucket++) {
                seen += counts[bucket];
                if (rank > 0 && seen >= rank) {
                    return end(bucket);
                }
            }
            return 0;
        }
    }

    void count(long nanos) {
        buckets.incrementAndGet(bucket(Math.max(nanos, 0)));
    }

    /** Takes what was counted since the last call. */
    Counted take() {
        long[] counts = new long[buckets.length()];
        long sum = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            if (buckets.get(bucket) > 0) {
                counts[bucket] = buckets.getAndSet(bucket, 0);
                sum += counts[bucket];
            }
        }
        return new Counted(counts, sum);
    }

    /** The first bits of a duration, the highest one left out, and how many follow. */
    private static int bucket(long nanos) {
        int bits = 64 - Long.numberOfLeadingZeros(nanos);
        int shift = Math.max(bits - 1 - STEPS, 0);
        return (shift << STEPS) + (int) (nanos >>> shift);
    }

    /** The longest duration of a bucket. */
    private static long end(int bucket) {
        int steps = 1 << STEPS;
        int shift = Math.max((bucket >> STEPS) - 1, 0);
        long first = bucket < 2 * steps ? bucket : (bucket & (steps - 1)) + steps;
        return ((first + 1) << shift) - 1;
    }
}
