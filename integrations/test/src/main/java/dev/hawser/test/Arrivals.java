package dev.hawser.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The handshakes that have come from clients under test and that the test has not yet taken. Thread-safe. */
final class Arrivals {
    // Guarded by this.
    private final ArrayDeque<ReceivedHandshake> waiting = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean over;

    synchronized void add(ReceivedHandshake handshake) {
        waiting.add(handshake);
        notifyAll();
    }

    /**
     * No more come.
     *
     * @param cause what connectToServer threw; null if it returned
     */
    synchronized void end(@Nullable Throwable cause) {
        over = true;
        failure = cause;
        notifyAll();
    }

    /**
     * Removes and returns the oldest.
     *
     * @throws AssertionError if none comes in time, or if none can come
     */
    synchronized ReceivedHandshake take(Duration deadline) {
        boolean inTime = awaitWhile(() -> waiting.isEmpty() && !over, deadline);
        ReceivedHandshake next = waiting.poll();
        if (next != null) {
            return next;
        }
        String expected = "Expected a handshake, but ";
        if (!inTime) {
            throw new AssertionError(expected
                    + (Thread.currentThread().isInterrupted()
                            ? Expectations.INTERRUPTED
                            : "none came within " + Expectations.words(deadline) + "."));
        }
        throw new AssertionError(
                expected + (failure == null ? "connectToServer has returned." : "connectToServer threw " + failure),
                failure);
    }

    /** What connectToServer threw, once it has ended; null if it has not, or not in time. */
    synchronized @Nullable Throwable failure(Duration deadline) {
        awaitWhile(() -> !over, deadline);
        return failure;
    }

    /** Returns whether the condition has become false. The lock is held. */
    private boolean awaitWhile(BooleanSupplier condition, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (condition.getAsBoolean()) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
