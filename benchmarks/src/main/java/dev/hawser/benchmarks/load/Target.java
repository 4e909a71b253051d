package dev.hawser.benchmarks.load;

import dev.hawser.benchmarks.tls.Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The server under load.
 *
 * @param port its port on the loopback interface
 * @param raw whether it echoes bytes without a handshake
 * @param certificate what it shows in the handshake of TLS; null if it has none
 */
public record Target(int port, boolean raw, @Nullable Certificate certificate) {
    /**
     * The first byte of a raw connection that takes part in the broadcast: what one of these connections sends goes to
     * all of them. No frame begins with this byte.
     */
    public static final byte TAKES_PART = 'B';

    /** A server without TLS. */
    public Target(int port, boolean raw) {
        this(port, raw, null);
    }
}
