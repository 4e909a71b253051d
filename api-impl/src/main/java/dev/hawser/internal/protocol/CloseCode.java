package dev.hawser.internal.protocol;

/**
 * The close codes of RFC 6455 7.4.1 and of the IANA registry that it set up, and which of them a close frame may hold.
 */
public final class CloseCode {
    /** The connection has served its purpose. */
    public static final int NORMAL = 1000;
    /** The endpoint goes away: a server stops, a browser leaves the page. */
    public static final int GOING_AWAY = 1001;
    /** The peer broke a rule of the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A message of a kind, text or binary, that this endpoint does not take. */
    public static final int UNACCEPTABLE = 1003;
    /** The close frame had no status. Never on the wire. */
    public static final int NO_STATUS = 1005;
    /** The connection ended without a close frame. Never on the wire. */
    public static final int ABNORMAL = 1006;
    /**
     * A message whose bytes do not fit its kind: text that is not UTF-8, a compressed payload that does not inflate.
     */
    public static final int NOT_CONSISTENT = 1007;
    /** A message against the receiver's policy. */
    public static final int POLICY = 1008;
    /** A message too big to process. */
    public static final int TOO_BIG = 1009;
    /** A client did not find an extension that it needs in the server's response. */
    public static final int MANDATORY_EXTENSION = 1010;
    /** An unexpected condition on this side. */
    public static final int UNEXPECTED = 1011;
    /** The service restarts (registered after the RFC). */
    public static final int SERVICE_RESTART = 1012;
    /** The service is overloaded (registered after the RFC). */
    public static final int TRY_AGAIN_LATER = 1013;
    /** A gateway got a bad response from its upstream (registered after the RFC). */
    public static final int BAD_GATEWAY = 1014;
    /** The TLS handshake failed. Never on the wire. */
    public static final int TLS_HANDSHAKE = 1015;

    private CloseCode() {}

    /**
     * Whether a close frame may hold this code: 1000 to 1003 and 1007 to 1014 as defined, 3000 to 4999 for libraries
     * and applications (RFC 6455 7.4.2). 1004 is reserved; 1005, 1006 and 1015 only ever describe what happened; all
     * others are undefined.
     */
    public static boolean mayBeOnWire(int code) {
        return (code >= NORMAL && code <= UNACCEPTABLE)
                || (code >= NOT_CONSISTENT && code <= BAD_GATEWAY)
                || (code >= 3000 && code <= 4999);
    }
}
