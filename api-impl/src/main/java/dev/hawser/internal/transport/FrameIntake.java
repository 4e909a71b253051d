package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.observe.ConnectionEvents;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Appends data frames to an {@link OutboundQueue}: checks their order, encodes them, and puts them behind all others.
 * Guarded by the lock of the queue.
 */
final class FrameIntake {
    private final OutboundFrames frames;
    private final FrameEncoding encoding;
    private final MessageOrder order = new MessageOrder();

    FrameIntake(OutboundFrames frames, FrameEncoding encoding) {
        this.frames = frames;
        this.encoding = encoding;
    }

    /** The extension of the connection. */
    FrameEncoding encoding() {
        return encoding;
    }

    /** Whether a partial message is unfinished, so that no other may begin. */
    boolean isMidMessage() {
        return order.isMidMessage();
    }

    /**
     * Appends a data frame. If it throws anything, nothing was appended.
     *
     * @return the position of its end
     */
    long append(MessagePart part, Opcode kind, byte[] payload, int offset, int length) throws IOException {
        encoding.refuseWhileEncoding();
        Opcode opcode = order.opcodeOf(part, kind);
        boolean fin = part != MessagePart.MORE;
        OutboundExtension.Encoded encoded = encoding.encode(opcode, fin, payload, offset, length);
        append(opcode, fin, payload, offset, length, encoded);
        order.accepted(part, kind);
        if (!frames.events().off()) {
            OutboundExtension.Encoded sent =
                    encoded == null ? new OutboundExtension.Encoded(0, payload, offset, length) : encoded;
            told(kind, opcode, fin, sent, length);
        }
        return frames.accepted();
    }

    /** Appends a whole message that goes to other queues, too. If it throws anything, nothing was appended. */
    long append(SharedMessage message) throws IOException {
        encoding.refuseWhileEncoding();
        Opcode opcode = order.opcodeOf(MessagePart.WHOLE, message.kind());
        SharedFrame frame;
        try {
            frame = encoding.encode(message);
            frames.appendShared(opcode, frame);
        } catch (Error e) {
            if (encoding.isExtended()) { // its history may now have a frame that the peer will not get
                throw encoding.failed(e);
            }
            throw e;
        }
        ConnectionEvents events = frames.events();
        if (!events.off()) {
            byte[] beginning = events.beginningOf(frame.bytes, frame.start, frame.length);
            events.dataSent(opcode, opcode, true, frame.rsv, frame.length, message.length(), beginning);
            events.waiting(frames.heldBytes());
        }
        return frames.accepted();
    }

    /** Tells the observers what was queued. Called without the lock. */
    void tellEvents() {
        frames.events().tell();
    }

    private void told(Opcode kind, Opcode opcode, boolean fin, OutboundExtension.Encoded sent, int decoded) {
        ConnectionEvents events = frames.events();
        byte[] beginning = events.beginningOf(sent.bytes(), sent.offset(), sent.length());
        events.dataSent(kind, opcode, fin, sent.rsv(), sent.length(), decoded, beginning);
        events.waiting(frames.heldBytes());
    }

    private void append(
            Opcode opcode,
            boolean fin,
            byte[] payload,
            int offset,
            int length,
            OutboundExtension.@Nullable Encoded encoded)
            throws IOException {
        if (encoded == null) {
            frames.appendData(opcode, fin, payload, offset, length);
            return;
        }
        try {
            frames.appendData(opcode, fin, encoded, payload);
        } catch (Error e) { // the history of the extension now has a frame that the peer will not get
            throw encoding.failed(e);
        }
    }
}
