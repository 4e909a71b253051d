package dev.hawser.internal.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The end of an {@link OutboundQueue}: its close frame, and why it has ended. Guarded by the queue's lock. */
final class OutboundEnd {
    private boolean closing;
    private @Nullable String why;

    /** Called when the close frame was accepted: nothing follows it (RFC 6455 5.5.1). */
    void closing() {
        closing = true;
    }

    /**
     * Ends the queue: nothing is accepted or written any more. Returns whether this is the first call; the first reason
     * stays.
     */
    boolean ended(String reason) {
        boolean first = why == null;
        if (first) {
            why = reason;
        }
        return first;
    }

    boolean hasCome() {
        return why != null;
    }

    /** Whether neither a close frame was accepted nor the queue has ended. */
    boolean isFarOff() {
        return why == null && !closing;
    }

    void throwIfEnded() throws IOException {
        if (why != null) {
            throw new IOException(why);
        }
    }

    void throwIfClosing() throws IOException {
        throwIfEnded();
        if (closing) {
            throw new IOException("the session is closing: its close frame has been sent");
        }
    }
}
