package dev.hawser.internal.transport;

import java.util.concurrent.locks.Condition;

/**
 * The time of a container, by which the deadlines of its sessions and sends are. It is that of {@link
 * System#nanoTime}, except in the test kit, where the test decides when time passes. Thread-safe.
 */
public interface Clock {
    /** The time of the JVM. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings({"WaitNotInLoop", "ResultOfMethodCallIgnored"}) // the callers have the loop
        public void await(Condition condition, long nanos) throws InterruptedException {
            condition.awaitNanos(nanos);
        }
    };

    /** The present time in nanoseconds. Only differences mean anything. */
    long nanoTime();

    /**
     * Waits for a signal, but not longer than {@code nanos} of this clock. It may return earlier, so the caller loops
     * over what it waits for, and then calls {@link #waited}. The condition's lock is held.
     */
    void await(Condition condition, long nanos) throws InterruptedException;

    /** Called when a loop over {@link #await} has ended, also if it did not wait. */
    default void waited() {}
}
