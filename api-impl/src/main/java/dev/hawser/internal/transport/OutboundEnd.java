package dev.hawser.internal.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How far an {@link OutboundQueue} has come to its end. The queue's lock guards it. */
final class OutboundEnd {
    private boolean closing;
    private @Nullable IOException cause;

    /** The close frame has been accepted: nothing follows it (RFC 6455 5.5.1). */
    void closing() {
        closing = true;
    }

    /** Nothing is accepted or written any more. Returns whether it is the first time; the first cause stays. */
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
