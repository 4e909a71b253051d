package dev.hawser.internal.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The end of an {@link OutboundQueue}: its close frame, and the cause of its end. Guarded by the queue's lock. */
final class OutboundEnd {
    private boolean closing;
    private @Nullable IOException cause;

    /** Called when the close frame was accepted: nothing follows it (RFC 6455 5.5.1). */
    void closing() {
        closing = true;
    }

    /**
     * Ends the queue: nothing is accepted or written any more. Returns whether this is the first call; the first cause
     * stays.
     */
    boolean ended(IOException why) {
        boolean first = cause == null;
        if (first) {
            cause = why;
        }
        return first;
    }

    boolean hasCome() {
        return cause != null;
    }

    /** Whether neither a close frame was accepted nor the queue has ended. */
    boolean isFarOff() {
        return cause == null && !closing;
    }

    void throwIfEnded() throws IOException {
        if (cause != null) {
            throw new IOException(cause.getMessage(), cause);
        }
    }

    void throwIfClosing() throws IOException {
        throwIfEnded();
        if (closing) {
            throw new IOException("the session is closing: its close frame has been sent");
        }
    }
}
