package dev.hawser.internal.connection;

import dev.hawser.internal.protocol.CloseCode;

/**
 * Which code and reason a connection closes with: what our close frame says, and what onClose tells (RFC 6455 7.1.5).
 * The lock of {@link ConnectionState} guards it, and nothing here allocates.
 */
final class CloseCodes {
    /** No code of its own. */
    static final int NONE = -1;

    /** Of the side that closed first. */
    private int first = CloseCode.ABNORMAL;

    private String firstReason = "";
    /** Whether onClose tells it: it is the peer's, or the peer has answered ours, or we failed the connection. */
    private boolean known;

    /** What onClose tells instead, such as 1006 after the idle timeout, though the peer was sent 1001. */
    private int local = NONE;

    private String localReason = "";
    private int sent = CloseCode.NO_STATUS;
    private String sentReason = "";

    /** @param told what onClose tells whatever the peer answers, or {@link #NONE} */
    void weClose(int code, String reason, int told) {
        first = code;
        firstReason = reason;
        if (told != NONE) {
            local = told;
            localReason = reason;
        }
    }

    /** The peer closes first, or we fail the connection before anybody closed: that is what onClose tells. */
    void decided(int code, String reason) {
        first = code;
        firstReason = reason;
        local = NONE;
        known = true;
    }

    /** What this side closed with is what onClose tells. */
    void confirmed() {
        known = true;
    }

    /** The connection is cut, and nothing was said before that. */
    void cut(String why) {
        if (local == NONE) {
            local = CloseCode.ABNORMAL;
            localReason = why;
        }
    }

    /** Our close frame is to say this. */
    void send(int code, String reason) {
        sent = code;
        sentReason = reason;
    }

    int first() {
        return first;
    }

    String firstReason() {
        return firstReason;
    }

    int sent() {
        return sent;
    }

    String sentReason() {
        return sentReason;
    }

    /**
     * 1006 while no close frame was seen and while ours has no answer, which is what remains if the connection ends
     * that way.
     */
    int told() {
        return local != NONE ? local : known ? first : CloseCode.ABNORMAL;
    }

    /** "" if there is none. */
    String toldReason() {
        return local != NONE ? localReason : known ? firstReason : "";
    }
}
