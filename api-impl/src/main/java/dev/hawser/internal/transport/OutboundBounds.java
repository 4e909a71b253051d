package dev.hawser.internal.transport;

/**
 * How much may wait in an {@link OutboundQueue}, in bytes of memory and in messages, and who is to be told once there
 * is room again. The queue's lock guards it.
 */
final class OutboundBounds {
    /**
     * Of the bytes: what pings and unsolicited pongs may take where the rest is taken, so that they are not starved by
     * data.
     */
    private static final int CONTROL_SHARE = 16;

    private static final int LEAST_FOR_CONTROL = 512;

    private final OutboundFrames frames;
    private final PendingSends pending;
    private final OutboundEnd ending;
    private final int maxBytes;
    private final int maxMessages;
    /** Whether the queue was found full, and whoever found it so is to be told. */
    private boolean noticeArmed;

    /**
     * Whether the bounds may be reached; read without the lock: false spares the question, which each callback asks.
     */
    private volatile boolean crowded;

    OutboundBounds(OutboundFrames frames, PendingSends pending, OutboundEnd ending, int maxBytes, int maxMessages) {
        this.frames = frames;
        this.pending = pending;
        this.ending = ending;
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
    }

    /**
     * Whether so many bytes and one message more are within the bounds divided by {@code by}. Any size is if nothing
     * waits, or nothing is accepted any more.
     */
    boolean fits(int length, int by) {
        boolean admitted = heldBytes() + length <= maxBytes / by && hasRoomForMessage(by);
        return admitted || frames.isAllWritten() || ending.hasCome();
    }

    /** Which bound would be exceeded, as {@link OutboundQueue#offer} answers it, or 0. */
    long refusal(int length, int by) {
        if (fits(length, by)) {
            return 0;
        }
        return hasRoomForMessage(by) ? OutboundQueue.FULL_OF_BYTES : OutboundQueue.FULL_OF_MESSAGES;
    }

    private boolean hasRoomForMessage(int by) {
        return frames.messages() < maxMessages / by;
    }

    /** Whether a control frame is within the bounds: of all bytes, or of the control frames' own share. */
    boolean admitControl() {
        return heldBytes() <= maxBytes
                || frames.control().heldBytes() <= Math.max(maxBytes / CONTROL_SHARE, LEAST_FOR_CONTROL);
    }

    private long heldBytes() {
        return frames.heldBytes() + pending.heldBytes();
    }

    /** Read without the lock: false spares the question of {@link #armIfFull}. */
    boolean isCrowded() {
        return crowded;
    }

    /** A frame was accepted. */
    void accepted() {
        if (!crowded && !fits(1, 1)) {
            crowded = true;
        }
    }

    /** Whether there is no room; if so, {@link #takeNotice} is true once there is. */
    boolean armIfFull() {
        boolean full = !ending.hasCome() && !fits(1, 1);
        noticeArmed = full;
        crowded = full;
        return full;
    }

    /** Whether somebody is to be told, now that there may be room; true once. */
    boolean takeNotice() {
        boolean told = noticeArmed && fits(1, 1);
        if (told) {
            noticeArmed = false;
        }
        return told;
    }
}
