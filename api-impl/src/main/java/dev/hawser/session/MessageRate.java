package dev.hawser.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import java.util.concurrent.TimeUnit;

/**
 * Whether a peer that has begun a message goes on with it at the least rate, {@link Setting#MIN_MESSAGE_RATE}: looked
 * at once in each {@link Setting#MIN_MESSAGE_RATE_GRACE} of the same message. Times are those of the session's
 * {@link ReadingClock}. The reading thread tells of progress; the timer looks.
 */
final class MessageRate {
    private final int bytesPerSecond;
    private final long windowNanos;
    private final long windowBytes;

    // Written by the reading thread, read by the timer.
    private volatile boolean unfinished;
    /** Bytes of messages so far, as they came over the wire. */
    private volatile long bytes;
    /** How many messages were finished before the unfinished one. */
    private volatile long message;

    private volatile long beganAt;
    private volatile long bytesBefore;

    // Only touched by the timer.
    private long watchedMessage = -1;
    private long windowBegan;
    private long windowBytesBefore;

    MessageRate(Settings settings) {
        this.bytesPerSecond = settings.get(Setting.MIN_MESSAGE_RATE);
        this.windowNanos = settings.get(Setting.MIN_MESSAGE_RATE_GRACE).toNanos();
        this.windowBytes = (long) (bytesPerSecond * (windowNanos / (double) TimeUnit.SECONDS.toNanos(1)));
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
        boolean begins = !unfinished || message != finished;
        if (begins) {
            beganAt = now;
            bytesBefore = bytes;
            message = finished;
        }
        bytes = wireBytes;
        if (begins) {
            unfinished = true;
        }
        return begins && bytesPerSecond > 0;
    }

    /** Whether the timer has to look. */
    boolean isWatched() {
        return unfinished && bytesPerSecond > 0;
    }

    /** Whether the unfinished message has been too slow for as long as it may be. Called by the timer. */
    boolean isTooSlow(long now) {
        long current = message;
        if (!isWatched()) {
            return false;
        }
        if (current != watchedMessage || beganAt - windowBegan > 0) {
            watchedMessage = current;
            windowBegan = beganAt;
            windowBytesBefore = bytesBefore;
        }
        if (now - windowBegan < windowNanos) {
            return false;
        }
        long so = bytes;
        if (so - windowBytesBefore < windowBytes) {
            return message == current && unfinished; // else it has ended meanwhile
        }
        windowBegan = now;
        windowBytesBefore = so;
        return false;
    }

    /**
     * How long until the timer has to look, in nanoseconds of the reading clock. Called by the timer, after
     * {@link #isTooSlow}.
     */
    long untilLook(long now) {
        return windowBegan + windowNanos - now;
    }

    long windowNanos() {
        return windowNanos;
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
