package dev.hawser.cli;

/** What was asked for cannot be done; the message says in a line what to change, and has no secret in it. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
