package dev.hawser.internal.transport;

import dev.hawser.internal.memory.MemoryGuard;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how much may wait in an {@link OutboundQueue}, in bytes of memory and in messages, and notes whether there
 * must be a call once there is room again. Guarded by the queue's lock.
 */
final class OutboundBounds {
    /** The part of the bytes that is kept for pings and unsolicited pongs, so that data does not starve them. */
    private static final int CONTROL_SHARE = 16;

    private static final int LEAST_FOR_CONTROL = 512;

    private final OutboundFrames frames;
    private final PendingSends pending;
    private final OutboundEnd ending;
    private final Progress progress;
    private final int maxBytes;
    private final int maxMessages;
    private final MemoryGuard memory;
    /** What the queue has told the guard; null until it holds enough for that. */
    private MemoryGuard.@Nullable Told told;
    /** Whether the queue was found full, and {@link OutboundListener#onRoom} must follow. */
    private boolean noticeArmed;

    /**
     * Whether the bounds may be reached. It is read without the lock before each callback; false saves the check with
     * the lock.
     */
    private volatile boolean crowded;

    OutboundBounds(
            OutboundFrames frames,
            PendingSends pending,
            OutboundEnd ending,
            Progress progress,
            int maxBytes,
            int maxMessages,
            MemoryGuard memory) {
        this.frames = frames;
        this.pending = pending;
        this.ending = ending;
        this.progress = progress;
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.memory = memory;
    }

    /**
     * Whether another message of {@code length} bytes is within the bounds divided by {@code by}. Any size is if
     * nothing waits, or if the queue has ended.
     */
    boolean fits(int length, int by) {
        boolean admitted = heldBytes() + length <= maxBytes / by && hasRoomForMessage(by);
        return admitted || frames.isAllWritten() || ending.hasCome();
    }

    /**
     * The bound that would be exceeded, in the form of {@link OutboundQueue#offer}, or 0. While a send waits for room,
     * other sends may use only half of the bounds.
     */
    long refusal(int length) {
        int by = progress.isRoomAwaited() ? 2 : 1;
        if (fits(length, by)) {
            return 0;
        }
        return hasRoomForMessage(by) ? OutboundQueue.FULL_OF_BYTES : OutboundQueue.FULL_OF_MESSAGES;
    }

    /**
     * The same for a message that nobody waits for, neither its sender nor a topic with a bound of its own: it is also
     * refused while all connections hold far too much, if this one would hold more than its share. Others are not,
     * since nobody would wake what waits when that ends.
     */
    long refusalOfUnawaited(int length) {
        long refusal = refusal(length);
        boolean isShort = refusal == 0 && !ending.hasCome() && memory.isTooMuch(heldBytes() + length);
        return isShort ? OutboundQueue.SHORT_OF_MEMORY : refusal;
    }

    private boolean hasRoomForMessage(int by) {
        return frames.messages() < maxMessages / by;
    }

    /** Whether a control frame is within the bound of all bytes, or within the share of control frames. */
    boolean admitControl() {
        return heldBytes() <= maxBytes
                || frames.heldControlBytes() <= Math.max(maxBytes / CONTROL_SHARE, LEAST_FOR_CONTROL);
    }

    private long heldBytes() {
        return frames.heldBytes() + pending.heldBytes();
    }

    /**
     * Whether the bounds may be reached; may be called without the lock. If false, {@link #armIfFull} need not be
     * called.
     */
    boolean isCrowded() {
        return crowded;
    }

    /** Called when a frame was accepted. */
    void accepted() {
        told = memory.tell(told, heldBytes());
        if (!crowded && !fits(1, 1)) {
            crowded = true;
        }
    }

    /** Called when frames were written or dropped. */
    void released() {
        told = memory.tell(told, heldBytes());
    }

    /** Called without the lock, after frames were accepted. */
    void lookIfGrown() {
        MemoryGuard.Told made = told;
        if (made != null) {
            made.lookIfGrown();
        }
    }

    /** Whether there is no room; if so, {@link #takeNotice} returns true once there is. */
    boolean armIfFull() {
        boolean full = !ending.hasCome() && !fits(1, 1);
        noticeArmed = full;
        crowded = full;
        return full;
    }

    /** Whether {@link OutboundListener#onRoom} must be called, now that there may be room; true once. */
    boolean takeNotice() {
        boolean due = noticeArmed && fits(1, 1);
        if (due) {
            noticeArmed = false;
        }
        return due;
    }
}
