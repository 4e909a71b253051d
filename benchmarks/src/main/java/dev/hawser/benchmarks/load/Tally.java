package dev.hawser.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** What a load loop has counted so far. Only the loop writes the counters; any thread may read them. */
public final class Tally {
    private static final long MOST_LATENCY = 60_000_000_000L;

    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong wireBytes = new AtomicLong();
    /** Written by the loop's thread while {@link #recording}; read after the loop has ended. */
    private final Histogram latencies = new Histogram(MOST_LATENCY, 3);

    private volatile boolean recording;

    /** How many messages were checked. */
    public long messages() {
        return messages.get();
    }

    /** Bytes received from the server on counted connections, frame headers included. */
    public long wireBytes() {
        return wireBytes.get();
    }

    /** Switches the recording of latencies on or off. */
    public void record(boolean on) {
        recording = on;
    }

    /** Latencies in nanoseconds; to be read after the round is closed. */
    public Histogram latencies() {
        return latencies;
    }

    void count(int count) {
        messages.lazySet(messages.get() + count);
    }

    void received(int bytes) {
        wireBytes.lazySet(wireBytes.get() + bytes);
    }

    void latency(long nanos) {
        if (recording) {
            latencies.recordValue(Math.min(nanos, MOST_LATENCY));
        }
    }
}
