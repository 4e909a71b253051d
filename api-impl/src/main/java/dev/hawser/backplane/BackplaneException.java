package dev.hawser.backplane;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A message did not get to the broker, or it is not known whether it did.
 *
 * <pre>{@code
 * topics.publish("room/7", text).exceptionally(failure -> { // a CompletionException around this one
 *     sayThatItWasNotSent();
 *     return null;
 * });
 * }</pre>
 *
 * @since 0.1.0
 */
public final class BackplaneException extends IOException {
    private final boolean perhapsStored;

    /** @param perhapsStored see {@link #mayBeStored} */
    public BackplaneException(String message, @Nullable Throwable cause, boolean perhapsStored) {
        super(message, cause);
        this.perhapsStored = perhapsStored;
    }

    /** Whether the message was sent to the broker and may still reach the subscribers; false if it never will. */
    public boolean mayBeStored() {
        return perhapsStored;
    }
}
