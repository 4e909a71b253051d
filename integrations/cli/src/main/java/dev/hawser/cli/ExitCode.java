package dev.hawser.cli;

/** What the process says at its end. Ctrl-C is the system's 130. */
final class ExitCode {
    /** Closed with 1000, or without a code; and every answer that was waited for has come. */
    static final int DONE = 0;
    /** An option that is wrong, or a file that cannot be read. */
    static final int USAGE = 1;
    /** There was no connection: no such host, no TCP, no TLS, or a refused handshake. */
    static final int NOT_CONNECTED = 2;
    /** There was a connection, and it ended with another code or without one, or an answer did not come. */
    static final int BROKEN = 3;

    private ExitCode() {}
}
