package dev.hawser.internal.component;

import dev.hawser.HandshakeRejectedException;
import org.jspecify.annotations.Nullable;

/**
 * Why an object of the application could not be made. CDI and Spring wrap what a constructor threw, and what they miss
 * themselves, in exceptions of their own, whose messages say less.
 */
public final class MakingFailure {
    /** Enough for each environment, and an end for a chain that is a circle. */
    private static final int DEPTH = 32;

    private MakingFailure() {}

    /** The exception for an object that was not made: one sentence with the class and the first cause. */
    public static InstantiationException of(Class<?> type, @Nullable Throwable thrown) {
        InstantiationException failure =
                new InstantiationException("No object of " + type.getName() + " can be made: " + reason(thrown));
        failure.initCause(thrown);
        return failure;
    }

    /** The first cause in one line: its class, and the first line of its message. */
    public static String reason(@Nullable Throwable thrown) {
        Throwable first = thrown;
        Throwable cause = thrown;
        for (int i = 0; i < DEPTH && cause != null; i++) {
            first = cause;
            cause = cause.getCause();
        }
        if (first == null) {
            return "the reason is not known";
        }
        String message = first.getMessage();
        String name = first.getClass().getSimpleName();
        return message == null || message.isBlank()
                ? name
                : name + ": " + message.strip().lines().findFirst().orElse("").strip();
    }

    /** The answer to the handshake that the application's code chose, if that is why there is no object; or null. */
    public static @Nullable HandshakeRejectedException rejection(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < DEPTH && cause != null; i++) {
            if (cause instanceof HandshakeRejectedException rejected) {
                return rejected;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
