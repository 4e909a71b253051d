package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import java.util.concurrent.TimeUnit;

/**
 * Checks whether a peer continues a message at the minimum rate, {@link Setting#MIN_MESSAGE_RATE}, over any {@link
 * Setting#MIN_MESSAGE_RATE_GRACE} of the same message, from the reading with its beginning on. The bytes so far are
 * remembered for a few moments only; each stands for the time up to a {@value #PARTS}th of the grace time after it. So
 * a peer that is too slow for the grace time and a {@value #PARTS}th is always found, and a peer that is never too slow
 * for the grace time is never found. Times are those of the session's {@link ReadingClock}. The reading thread reports
 * progress; the timer checks.
 */
final class MessageRate {
    private static final long[] NONE = {};
    private static final int PARTS = 6;
    /**
     * The number of moments in a grace time: of three moments in a row, the last is at least a part later than the
     * first.
     */
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
    /** The bytes of messages so far, as they came over the wire. */
    private long bytes;
    /** When the last of these bytes came. */
    private long cameLast;
    /**
     * A ring of moments, each with the bytes until then. Allocated for the first message that takes several readings.
     */
    private long[] points = NONE;
    /** The index of the oldest moment. */
    private int oldest;

    private int count;

    /** @param clock gives all times, and its monitor is the lock */
    MessageRate(Settings settings, ReadingClock clock) {
        this.clock = clock;
        this.bytesPerSecond = settings.get(Setting.MIN_MESSAGE_RATE);
        this.graceNanos = settings.get(Setting.MIN_MESSAGE_RATE_GRACE).toNanos();
        this.graceBytes = (long) Math.ceil(bytesPerSecond * (graceNanos / (double) TimeUnit.SECONDS.toNanos(1)));
    }

    /**
     * Called when the reading thread has parsed.
     *
     * @param finished how many messages were finished so far
     * @param wireBytes the bytes of messages so far
     * @param mid whether a message or frame has begun and not ended
     * @return whether the timer must check a new message
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
     * Adds the moment at which bytes came last to the ring, when more come. If the ring is full, its oldest moment is
     * before the grace time, and is dropped. The monitor is held.
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

    /** Whether the timer must check. */
    boolean isWatched() {
        return unfinished && bytesPerSecond > 0;
    }

    /** Whether the unfinished message has been too slow for the grace time. Called by the timer. */
    boolean isTooSlow(long now) {
        return isWatched() && untilLook(now) <= 0 && unfinished; // the message may have ended meanwhile
    }

    /**
     * When the unfinished message will be too slow if nothing comes until then, in nanoseconds of the reading clock
     * from now. That is a grace time after the first moment since which too few bytes have come. Thread-safe.
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

    /** A pace in bytes per second, divided by the minimum rate of the settings; 1 or more is enough. */
    static double shareOfLeast(double pace, Settings settings) {
        int least = settings.get(Setting.MIN_MESSAGE_RATE);
        return least == 0 ? 1 : pace / least;
    }

    /** The close reason for the peer. */
    String rule() {
        return "a message was begun and goes on at less than " + bytesPerSecond + " bytes a second";
    }
}
