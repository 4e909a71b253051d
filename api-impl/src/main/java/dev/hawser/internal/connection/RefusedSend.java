package dev.hawser.internal.connection;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why an asynchronous send was refused. It has no stack trace, and the refusals of one session share it as long as the
 * reason is the same: an application that sends in a loop to a thousand peers that do not read would otherwise fill the
 * heap with stack traces that wait for its handlers.
 */
final class RefusedSend extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedSend(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The one before, if it has the same reason, or a new one. */
    static RefusedSend like(@Nullable RefusedSend before, @Nullable String message, @Nullable Throwable cause) {
        if (before != null && before.getCause() == cause && Objects.equals(before.getMessage(), message)) {
            return before;
        }
        return new RefusedSend(message, cause);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
