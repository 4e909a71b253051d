package dev.hawser.benchmarks.load;

/**
 * Who is to be loaded.
 *
 * @param port its port on the loopback interface
 * @param raw whether it echoes bytes without a handshake
 */
public record Target(int port, boolean raw) {
    /**
     * The first byte of a raw connection that wants to receive, as do all others that began so, what any of them sends.
     * No frame begins with it.
     */
    public static final byte TAKES_PART = 'B';
}
