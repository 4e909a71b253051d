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

    private final int maxBytes;
    private final int maxMessages;
    /** Whether the queue was found full, and whoever found it so is to be told. */
    private boolean noticeArmed;

    /**
     * Whether the bounds may be reached; read without the lock: false spares the question, which each callback asks.
     */
    private volatile boolean crowded;

    OutboundBounds(int maxBytes, int maxMessages) {
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
    }

    /** Whether so many bytes and messages are within the bounds divided by {@code by}, and one message more. */
    boolean admit(long bytes, int messages, int by) {
        return bytes <= maxBytes / by && hasRoomForMessage(messages, by);
    }

    boolean hasRoomForMessage(int messages, int by) {
        return messages < maxMessages / by;
    }

    /** Whether a control frame is within the bounds: of all bytes, or of the control frames' own share. */
    boolean admitControl(long bytes, long controlBytes) {
        return bytes <= maxBytes || controlBytes <= Math.max(maxBytes / CONTROL_SHARE, LEAST_FOR_CONTROL);
    }

    boolean isCrowded() {
        return crowded;
    }

    /** A frame was accepted, after which there is room for another one, or there is none. */
    void accepted(boolean room) {
        if (!room && !crowded) {
            crowded = true;
        }
    }

    /** Somebody has asked for room: if there is none, {@link #takeNotice} is true once there is. */
    void asked(boolean room) {
        noticeArmed = !room;
        crowded = !room;
    }

    /** Whether somebody is to be told, now that there is room; true once. */
    boolean takeNotice(boolean room) {
        boolean told = noticeArmed && room;
        if (told) {
            noticeArmed = false;
        }
        return told;
    }
}
