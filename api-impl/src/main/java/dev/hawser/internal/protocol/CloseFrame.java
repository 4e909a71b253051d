package dev.hawser.internal.protocol;

import dev.hawser.extension.RemoteProtocolException;
import java.nio.charset.StandardCharsets;

/**
 * What a close frame says (RFC 6455 5.5.1).
 *
 * @param code {@link CloseCode#NO_STATUS} if it says none
 */
record CloseFrame(int code, String reason) {
    /** Reads a payload, which is empty, or a code of two bytes and a reason in UTF-8. */
    static CloseFrame of(byte[] payload) throws RemoteProtocolException {
        if (payload.length == 1) {
            throw new RemoteProtocolException(
                    CloseCode.PROTOCOL_ERROR,
                    "close frame with a payload of 1 byte; expected none or at least 2 (RFC 6455 5.5.1)");
        }
        int code = payload.length == 0 ? CloseCode.NO_STATUS : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        if (payload.length > 0 && !CloseCode.mayBeOnWire(code)) {
            throw new RemoteProtocolException(
                    CloseCode.PROTOCOL_ERROR, "close code " + code + " must not be on the wire (RFC 6455 7.4)");
        }
        String reason = "";
        if (payload.length > 2) {
            reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
            Utf8Validator validator = new Utf8Validator();
            if (validator.firstBad(payload, 2, payload.length) >= 0 || !validator.isComplete()) {
                throw new RemoteProtocolException(
                        CloseCode.NOT_CONSISTENT, "close reason is not UTF-8 (RFC 6455 5.5.1)");
            }
        }
        return new CloseFrame(code, reason);
    }
}
