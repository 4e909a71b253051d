package dev.hawser.internal.client;

import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.transport.ClientTransport;
import java.io.IOException;
import java.net.URI;

/**
 * A network of a client's own, in the place of sockets: of the test kit, which has its connections in memory.
 * Thread-safe.
 */
public interface ClientNetwork {
    /** What the sessions of the client share. The owner of the network closes it. */
    ContainerRuntime runtime();

    /**
     * Opens a byte connection to the server of a WebSocket URI, on the thread that connects. Name lookup, proxy and TLS
     * are the network's own matter. The opening handshake follows on it.
     *
     * @param uri as the application gave it, or of a redirect
     * @throws IOException if the server cannot be reached
     */
    ClientTransport open(URI uri) throws IOException;
}
