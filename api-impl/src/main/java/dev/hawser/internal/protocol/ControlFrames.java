package dev.hawser.internal.protocol;

import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Control frames (RFC 6455 5.5): at most 125 bytes, delivered whole. The sink sends the replies. Not thread-safe. */
final class ControlFrames {
    private static final byte[] NOTHING = new byte[0];

    private final FrameReader frame;
    private final MessageSink sink;

    private byte[] payload = NOTHING;
    private int received;
    private boolean closeSeen;

    ControlFrames(FrameReader frame, MessageSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    boolean closeSeen() {
        return closeSeen;
    }

    /** Takes what is there of the current frame's payload, and delivers the frame if that is all of it. */
    void payload(ByteBuffer unread) throws RemoteProtocolException {
        if (received == 0 && frame.length() > 0) {
            payload = new byte[(int) frame.length()];
        }
        int available = frame.available(unread);
        frame.take(unread, payload, received, available);
        received += available;
        if (!frame.isOver()) {
            return;
        }
        byte[] whole = payload;
        payload = NOTHING;
        received = 0;
        switch (frame.opcode()) {
            case PING -> sink.onPing(whole);
            case PONG -> sink.onPong(whole);
            default -> close(whole);
        }
    }

    /** Delivers a close frame. Its payload is empty, or a code of two bytes and a reason in UTF-8 (RFC 6455 5.5.1). */
    private void close(byte[] body) throws RemoteProtocolException {
        if (body.length == 1) {
            throw new RemoteProtocolException(
                    CloseCode.PROTOCOL_ERROR,
                    "close frame with a payload of 1 byte; expected none or at least 2 (RFC 6455 5.5.1)");
        }
        int code = body.length == 0 ? CloseCode.NO_STATUS : ((body[0] & 0xFF) << 8) | (body[1] & 0xFF);
        if (body.length > 0 && !CloseCode.mayBeOnWire(code)) {
            throw new RemoteProtocolException(
                    CloseCode.PROTOCOL_ERROR, "close code " + code + " must not be on the wire (RFC 6455 7.4)");
        }
        String reason = "";
        if (body.length > 2) {
            reason = new String(body, 2, body.length - 2, StandardCharsets.UTF_8);
            Utf8Validator validator = new Utf8Validator();
            if (validator.firstBad(body, 2, body.length) >= 0 || !validator.isComplete()) {
                throw new RemoteProtocolException(
                        CloseCode.NOT_CONSISTENT, "close reason is not UTF-8 (RFC 6455 5.5.1)");
            }
        }
        closeSeen = true;
        sink.onClose(code, reason);
    }
}
