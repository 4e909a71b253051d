package dev.hawser.benchmarks.contestant;

/**
 * One contestant: a server on the loopback interface that serves {@link Endpoints}. Has a public constructor without
 * arguments.
 */
public interface Server {
    /**
     * Starts the server on a free port, and for TLS on another one if the process has a {@link
     * dev.hawser.benchmarks.tls.Certificate}.
     *
     * @return the ports
     * @throws Exception if it does not start; the process then ends
     */
    Ports start() throws Exception;

    /**
     * Stops it; {@link #start} may be called again.
     *
     * @throws UnsupportedOperationException if this contestant is only ever killed
     */
    default void stop() throws Exception {
        throw new UnsupportedOperationException(getClass() + " is killed, and not stopped");
    }
}
