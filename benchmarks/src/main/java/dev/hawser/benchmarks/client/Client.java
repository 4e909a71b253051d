package dev.hawser.benchmarks.client;

import java.net.URI;

/**
 * One contestant: a client that opens any number of connections. Has a public constructor without arguments. Many
 * threads call it.
 */
public interface Client {
    /**
     * Opens a connection; the calling thread waits. The peer's certificate is that of {@link
     * dev.hawser.benchmarks.tls.Certificate#ofContestant}.
     *
     * @throws Exception if the connection is not open
     */
    Connection connect(URI uri, Listener listener) throws Exception;

    /** An open connection. */
    interface Connection {
        /**
         * Sends a text message. The next call may come before this one has returned.
         *
         * @throws Exception if it cannot be sent
         */
        void send(String text) throws Exception;

        /** Begins the closing handshake with code 1000. */
        void close() throws Exception;
    }

    /** What happens on a connection. One thread calls it at a time. */
    interface Listener {
        /** A whole text message. */
        void received(String text);

        /** The connection has ended. */
        void ended(String reason);
    }
}
