package dev.hawser.internal.connection;

/** The deadlines that the end of a connection needs. Thread-safe. */
interface Deadlines {
    /** Starts the deadline of the closing handshake. */
    void closeBegan();

    /** Calls {@link ConnectionEnd#retry} soon, and then less and less often. */
    void retrySoon();

    /** Ends all deadlines. */
    void end();
}
