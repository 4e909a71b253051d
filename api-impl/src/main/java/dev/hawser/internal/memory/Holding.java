package dev.hawser.internal.memory;

/**
 * What one connection holds for its peer at one moment, in bytes.
 *
 * @param holder the connection
 * @param bytes all that it holds
 * @param unfinished what of it is for a message that has begun and not ended
 * @param output what of it waits to be sent
 * @param paused whether its reading is paused because memory is short
 * @param endingFor for how many nanoseconds it has been closing because memory is short; negative if it is not
 */
public record Holding<H>(H holder, long bytes, long unfinished, long output, boolean paused, long endingFor) {
    /** Instead of a time: it is not closing because memory is short. */
    public static final long STAYS = -1;

    boolean isEnding() {
        return endingFor >= 0;
    }
}
