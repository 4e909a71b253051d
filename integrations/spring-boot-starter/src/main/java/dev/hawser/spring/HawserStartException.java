package dev.hawser.spring;

import org.jspecify.annotations.Nullable;

/** The application cannot start with Hawser, for a reason that its developer can fix. */
final class HawserStartException extends RuntimeException {
    private final String action;

    HawserStartException(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What to do about it, in one sentence. */
    String action() {
        return action;
    }
}
