package dev.hawser.benchmarks.contestant;

/**
 * One contestant: a server on the loopback interface that serves {@link Endpoints}. Has a public constructor without
 * arguments.
 */
public interface Server {
    /**
     * Starts the server on a free port.
     *
     * @return the port
     * @throws Exception if it does not start; the process then ends
     */
    int start() throws Exception;
}
