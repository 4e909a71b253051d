package dev.hawser.internal.connection;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why an asynchronous send was refused. It has no stack trace, and one text for the refusals of a session that have the
 * same reason: an application that sends in a loop to a thousand peers that do not read would otherwise fill the heap
 * with stack traces that wait for its handlers.
 */
final class RefusedSend extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedSend(String message) {
        super(message);
    }

    RefusedSend(@Nullable String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
