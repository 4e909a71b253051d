package dev.hawser.internal.connection;

import java.util.concurrent.TimeUnit;

/**
 * Whether the event loops of a container have time for more. Containers have about one for two processors. Several
 * threads write it without a lock: a lost reading changes little, and the next millisecond is counted anew.
 */
final class ReadingLoad {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** For so long the last window counts. */
    private static final long MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int EVENT_LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private long windowBegan;
    private long spent;
    private boolean busy;

    /** A reading on an event loop has ended. */
    void read(long began, long ended) {
        spent += ended - began;
        long window = ended - windowBegan;
        if (window >= WINDOW_NANOS) {
            busy = spent > window / 2 * EVENT_LOOPS;
            windowBegan = ended;
            spent = 0;
        }
    }

    /** Whether the last readings took more than half of the time of the event loops. */
    boolean isBusy(long now) {
        return busy && now - windowBegan < MEMORY_NANOS;
    }
}
