package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.endpoint.MessageInvoker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the messages of one session are bounded by; the application may change it at any time. Thread-safe. */
public interface MessageLimits {
    /** The limit of a message that begins, in bytes: its handler's own, or the session's, or that of streams. */
    long maxMessageSize(Opcode kind, @Nullable MessageInvoker handler);

    /** The limit of a message that is handed over as a whole, in bytes. */
    long maxWholeMessageSize(Opcode kind);

    /** How long a handler that reads a stream waits for its next part. */
    Duration streamReadTimeout();
}
