package dev.hawser;

/**
 * Why a session ended, or is ending. The close code says what the peer is told, and {@code onClose} gets what RFC 6455
 * and the Jakarta specification demand, often 1006 or 1008; the cause tells the cases apart:
 *
 * <pre>{@code
 * @OnClose
 * public void ended(Session session) {
 *     CloseCause cause = ((HawserSession) session).getCloseCause();
 *     if (cause == CloseCause.SLOW_READER || cause == CloseCause.SEND_TIMEOUT) {
 *         slowPeers.increment();
 *     }
 * }
 * }</pre>
 *
 * <p>The first cause counts: a session that was closed by the application and then cut, because the peer did not
 * answer, was closed by the application. docs/errors.md has the close codes of each.
 *
 * @since 0.1.0
 */
public enum CloseCause {
    /** The application called {@code Session.close}. */
    CLOSED_BY_APPLICATION,
    /** The peer's close frame came first. */
    CLOSED_BY_PEER,
    /** The stream ended without a close frame, as when a browser is killed or a phone is switched off. */
    PEER_VANISHED,
    /** The network or the container broke the connection, as with a TCP reset. */
    CONNECTION_BROKEN,
    /** No pong came for a keep-alive ping in time. */
    KEEP_ALIVE_LOST,
    /** Nothing was sent or received for as long as {@code setMaxIdleTimeout} allows. */
    IDLE,
    /** The peer broke the framing of RFC 6455, or an extension's: 1002. */
    PROTOCOL_ERROR,
    /** A text was not UTF-8, or a compressed payload did not inflate: 1007. */
    INVALID_PAYLOAD,
    /** A message was of a kind that no handler takes: 1003. */
    UNACCEPTABLE_MESSAGE,
    /** A message was larger than its limit: 1009. */
    MESSAGE_TOO_BIG,
    /** The peer exceeded another limit, such as that of fragments in a message: 1008. */
    LIMIT_EXCEEDED,
    /** The peer began a message and went on too slowly, or not at all: 1008. */
    SLOW_SENDER,
    /** The peer read too slowly, and the outbound queue was full: 1008, or 1013 for a subscriber of a topic. */
    SLOW_READER,
    /** A send was not done within its timeout. */
    SEND_TIMEOUT,
    /**
     * All connections together held more than {@link Setting#MEMORY_BUDGET}, and this one more than its share: 1013.
     */
    SHORT_OF_MEMORY,
    /** A message was begun and could not be sent to its end: 1011. */
    SEND_FAILED,
    /** {@code onOpen} threw, or the endpoint or a coder could not be made: 1011. */
    OPENING_FAILED,
    /** The container did not open the connection in time after the handshake. There were no callbacks. */
    NOT_OPENED,
    /** The {@code HttpSession} of the handshake ended, as at a logout: 1008. */
    HTTP_SESSION_ENDED,
    /** The application, the server or the client's container stopped: 1001. */
    STOPPED,
    /** A frame extension of the application threw. */
    EXTENSION_FAILED,
    /** An error of the JVM, such as an OutOfMemoryError. */
    INTERNAL_ERROR
}
