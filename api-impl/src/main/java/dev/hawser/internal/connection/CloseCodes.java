package dev.hawser.internal.connection;

import dev.hawser.internal.protocol.CloseCode;
import jakarta.websocket.CloseReason;

/**
 * The codes and reasons of a connection's close: for our close frame, and for onClose (RFC 6455 7.1.5). Guarded by the
 * lock of {@link ConnectionState}. No method allocates, but {@link #closeReason}.
 */
final class CloseCodes {
    /** Stands for no code. */
    static final int NONE = -1;

    /** The code of the side that closed first. */
    private int first = CloseCode.ABNORMAL;

    private String firstReason = "";
    /** Whether onClose gets the first code: the peer sent it, or has answered it, or we failed the connection. */
    private boolean known;

    /** The code for onClose if it is another one, such as 1006 after the idle timeout, for which the peer gets 1001. */
    private int local = NONE;

    private String localReason = "";
    private int sent = CloseCode.NO_STATUS;
    private String sentReason = "";

    static CloseReason closeReason(int code, String reason) {
        return new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason);
    }

    /** @param told the code for onClose, whatever the peer answers, or {@link #NONE} */
    void weClose(int code, String reason, int told) {
        first = code;
        firstReason = reason;
        if (told != NONE) {
            local = told;
            localReason = reason;
        }
    }

    /** Sets the code for onClose: the peer closes first, or we fail the connection before anybody has closed. */
    void decided(int code, String reason) {
        first = code;
        firstReason = reason;
        local = NONE;
        known = true;
    }

    /** Makes our own code the code for onClose. */
    void confirmed() {
        known = true;
    }

    /** The connection is cut; a local code that was set before stays. */
    void cut(String why) {
        if (local == NONE) {
            local = CloseCode.ABNORMAL;
            localReason = why;
        }
    }

    /** Sets the code and reason of our close frame. */
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

    /** The code for onClose. It is 1006 as long as there is no close frame of the peer, and no answer to ours. */
    int told() {
        return local != NONE ? local : known ? first : CloseCode.ABNORMAL;
    }

    /** The reason for onClose, or "". */
    String toldReason() {
        return local != NONE ? localReason : known ? firstReason : "";
    }
}
