package dev.hawser.internal.client;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The point in time by which a whole connect must be done. */
record Deadline(long nanoTime, Duration timeout) {
    static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos(), timeout);
    }

    /** The nanoseconds that are left, always more than 0. */
    long remainingNanos() throws SocketTimeoutException {
        long remaining = nanoTime - System.nanoTime();
        if (remaining <= 0) {
            throw expired();
        }
        return remaining;
    }

    SocketTimeoutException expired() {
        return new SocketTimeoutException("not done within the connect timeout of " + timeout.toMillis() + " ms");
    }
}
