package dev.hawser.internal.client;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The one point in time by which a whole connect has to be done. */
record Deadline(long nanoTime, Duration timeout) {
    static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos(), timeout);
    }

    /** Nanoseconds left, more than 0. */
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
