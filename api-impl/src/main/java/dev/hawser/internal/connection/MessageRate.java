package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import java.util.concurrent.TimeUnit;

/**
 * Whether a peer that has begun a message goes on with it at the least rate, {@link Setting#MIN_MESSAGE_RATE}, over any
 * {@link Setting#MIN_MESSAGE_RATE_GRACE} of the same message, from the reading that brought its beginning. How much had
 * come by when is remembered for a few moments only: one stands for those within a {@value #PARTS}th of the grace time
 * after it. So a peer that is too slow for the grace time and a {@value #PARTS}th is always found, and one that is
 * never too slow for the grace time, never. Times are those of the session's {@link ReadingClock}. The reading thread
 * tells of progress; the timer looks.
 */
final class MessageRate {
    private static final int PARTS = 6;
    /** Moments in a grace time: of three in a row, the last is a part later than the first. */
    private static final int POINTS = 2 * PARTS + 1;

    private final ReadingClock clock;
    private final int bytesPerSecond;
    private final long graceNanos;
    private final long graceBytes;

    /** Whether a message or frame has begun and not ended. Written by the reading thread. */
    private volatile boolean unfinished;

    // Guarded by the clock's monitor.
    /** How many messages were finished before the unfinished one. */
    private long message;
    /** Bytes of messages so far, as they came over the wire. */
    private long bytes;
    /** When the last of them came. */
    private long cameLast;
    /** A ring of moments, each followed by the bytes until then. Made for the first message of several readings. */
    private long[] points = {};
    /** Where the oldest point is. */
    private int oldest;

    private int count;

    /** @param clock by whose times all is asked and told */
    MessageRate(Settings settings, ReadingClock clock) {
        this.clock = clock;
        this.bytesPerSecond = settings.get(Setting.MIN_MESSAGE_RATE);
        this.graceNanos = settings.get(Setting.MIN_MESSAGE_RATE_GRACE).toNanos();
        this.graceBytes = (long) Math.ceil(bytesPerSecond * (graceNanos / (double) TimeUnit.SECONDS.toNanos(1)));
    }

    /**
     * The reading thread has parsed.
     *
     * @param finished messages so far
     * @param wireBytes of messages so far
     * @param mid whether a message or frame has begun and not ended
     * @return whether the timer has to look at a message that was not there before
     */
    boolean progressed(long finished, long wireBytes, boolean mid, long now) {
        if (!mid) {
            if (unfinished) {
                unfinished = false;
            }
            return false;
        }
        return bytesPerSecond > 0 && goesOn(finished, wireBytes, now);
    }

    private boolean goesOn(long finished, long wireBytes, long now) {
        synchronized (clock) {
            boolean begins = !unfinished || message != finished;
            if (begins) {
                message = finished;
                count = 0;
            } else if (wireBytes == bytes) {
                return false;
            } else if (count == 0 || now - time(count - 1) >= graceNanos / PARTS) {
                remember();
            }
            bytes = wireBytes;
            cameLast = now;
            unfinished = true;
            return begins;
        }
    }

    /**
     * Takes the moment at which bytes came last into the ring, when more come. Under the guard. In a ring that is full
     * the oldest moment is longer ago than the grace time, and of no more use.
     */
    private void remember() {
        if (points.length == 0) {
            points = new long[2 * POINTS];
        }
        if (count == POINTS) {
            oldest = (oldest + 1) % POINTS;
            count--;
        }
        int at = at(count++);
        points[at] = cameLast;
        points[at + 1] = bytes;
    }

    private int at(int point) {
        return 2 * ((oldest + point) % POINTS);
    }

    private long time(int point) {
        return points[at(point)];
    }

    /** Whether the timer has to look. */
    boolean isWatched() {
        return unfinished && bytesPerSecond > 0;
    }

    /** Whether the unfinished message has been too slow for as long as it may be. Called by the timer. */
    boolean isTooSlow(long now) {
        return isWatched() && untilLook(now) <= 0 && unfinished; // it may have ended meanwhile
    }

    /**
     * When the unfinished message is too slow if nothing comes until then, in nanoseconds of the reading clock from
     * now: a grace time after the first of the moments since which less has come than must in that time. Any thread.
     */
    long untilLook(long now) {
        synchronized (clock) {
            long since = cameLast;
            for (int i = 0; i < count; i++) {
                if (bytes - points[at(i) + 1] < graceBytes) {
                    since = time(i);
                    break;
                }
            }
            return since + graceNanos - now;
        }
    }

    long graceNanos() {
        return graceNanos;
    }

    /** A pace, in bytes a second, as a share of the least rate; 1 or more is enough. Any thread. */
    double shareOfLeast(double pace) {
        return bytesPerSecond == 0 ? 1 : pace / bytesPerSecond;
    }

    /** What the peer is told. */
    String rule() {
        return "a message was begun and goes on at less than " + bytesPerSecond + " bytes a second";
    }
}
