package dev.hawser.internal.connection;

/** How far a connection has come. */
enum Stage {
    /** The opening handshake is accepted; the transport is not yet known. */
    ACCEPTED,
    /** The transport is open, and the session is being set up. */
    OPENING,
    OPEN,
    /** We closed first; the peer's close frame is awaited. */
    CLOSED_BY_US,
    /** The peer closed first; our close frame follows the callbacks of earlier messages. */
    CLOSED_BY_PEER,
    /**
     * Both sides have closed. Our close frame may still have to be written, and a client waits for the server's end
     * of the stream.
     */
    CLOSED_BY_BOTH,
    /**
     * The peer broke a rule (RFC 6455 7.1.7): our close frame is sent, then our direction ends, then the peer's.
     */
    FAILING,
    /** The transport is closed or being closed (RFC 6455 7.1.4); onClose may still be due. */
    CLOSED,
    /** The transport is closed, and onClose has returned or will never be called. */
    GONE;

    /** Whether there is a transport that is not being closed. */
    boolean holdsTransport() {
        return compareTo(OPENING) >= 0 && compareTo(CLOSED) < 0;
    }
}
