package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import java.io.IOException;

/**
 * How data frames come into an {@link OutboundQueue}, whose lock guards it: in their order, through the extension,
 * behind all others.
 */
final class FrameIntake {
    private final OutboundFrames frames;
    private final FrameEncoding encoding;
    private final MessageOrder order = new MessageOrder();

    FrameIntake(OutboundFrames frames, FrameEncoding encoding) {
        this.frames = frames;
        this.encoding = encoding;
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
        if (encoded == null) {
            frames.appendData(opcode, fin, payload, offset, length);
        } else {
            try {
                frames.appendData(opcode, fin, encoded, payload);
            } catch (Error e) { // the history of the extension has a frame that the peer will not get
                throw encoding.failed(e);
            }
        }
        order.accepted(part, kind);
        return frames.accepted();
    }
}
