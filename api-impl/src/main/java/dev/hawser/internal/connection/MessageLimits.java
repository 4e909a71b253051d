package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.endpoint.MessageInvoker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The limits of the messages of one session, which the application may change at any time. Thread-safe. */
public interface MessageLimits {
    /** The limit of a new message in bytes: its handler's, or the session's, or that of streams and parts. */
    long maxMessageSize(Opcode kind, @Nullable MessageInvoker handler);

    /** The limit of a whole message in bytes. */
    long maxWholeMessageSize(Opcode kind);

    /** How long the reader of a stream waits for the next part. */
    Duration streamReadTimeout();
}
