package dev.hawser.benchmarks.load;

/** The server did not answer as expected. This makes the row void. */
public final class BadReplyException extends Exception {
    /** @param message what came, where, and what was expected */
    public BadReplyException(String message) {
        super(message);
    }
}
