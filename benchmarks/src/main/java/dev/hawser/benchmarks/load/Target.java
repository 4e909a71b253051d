package dev.hawser.benchmarks.load;

/**
 * The server under load.
 *
 * @param port its port on the loopback interface
 * @param raw whether it echoes bytes without a handshake
 */
public record Target(int port, boolean raw) {
    /**
     * The first byte of a raw connection that takes part in the broadcast: what one of these connections sends goes to
     * all of them. No frame begins with this byte.
     */
    public static final byte TAKES_PART = 'B';
}
