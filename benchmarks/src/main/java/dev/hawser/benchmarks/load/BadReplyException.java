package dev.hawser.benchmarks.load;

/** The server did not answer what it should have. The row is void then. */
public final class BadReplyException extends Exception {
    /** Says what came, where, and what was expected. */
    public BadReplyException(String message) {
        super(message);
    }
}
