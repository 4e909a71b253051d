package dev.hawser.internal.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Admits so many handshakes a second, as a bucket of tokens that holds a second's worth: after a quiet second that many
 * may come at once. Thread-safe; the bucket is one number.
 */
final class HandshakeRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** When the bucket will be full again, in the time of the caller; the past if it is full. */
    private final AtomicLong fullAgain;

    HandshakeRate(long now) {
        fullAgain = new AtomicLong(now);
    }

    /** Takes a token, and returns whether there was one. A handshake that finds none takes none. */
    boolean admits(int perSecond, long now) {
        long token = Math.max(SECOND / perSecond, 1);
        while (true) {
            long before = fullAgain.get();
            long start = before - now > 0 ? before : now;
            if (start - now > SECOND - token) {
                return false;
            }
            if (fullAgain.compareAndSet(before, start + token)) {
                return true;
            }
        }
    }
}
