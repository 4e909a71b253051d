package dev.hawser.internal.client;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.internal.transport.ClientTransport;
import jakarta.websocket.DeploymentException;

/** Makes connections to servers, up to the point where the opening handshake can be sent. */
interface Connecting {
    /** A connection on which the opening handshake can begin. The receiver must close the transport. */
    record Connection(ClientTransport transport, DeadlineStream stream) {}

    /**
     * Connects. The calling thread waits. A connect that fails leaves nothing open.
     *
     * @param headerLimit the most bytes of an answer that an HTTP proxy may send
     * @throws HandshakeFailedException if an HTTP proxy refuses
     * @throws ConnectFailedException if anything else fails, or the deadline passes
     */
    Connection connect(Target target, ConnectionSettings settings, Deadline deadline, int headerLimit)
            throws DeploymentException, ConnectFailedException;
}
