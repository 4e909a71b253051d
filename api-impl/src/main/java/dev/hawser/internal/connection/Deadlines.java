package dev.hawser.internal.connection;

/** The deadlines of a connection, as far as its end is about them. Thread-safe. */
interface Deadlines {
    /** The closing handshake has begun: its deadline runs. */
    void closeBegan();

    /** Has {@link ConnectionEnd#retry} called soon, and then less and less often. */
    void retrySoon();

    /** Ends all deadlines. */
    void end();
}
