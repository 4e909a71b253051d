package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a connection after the opening handshake (RFC 6455 sections 5 to 7): bytes in, calls of a
 * {@link MessageSink} out. It never writes; the sending side is {@link FrameWriter}, and neither knows of the other.
 *
 * <p>After the peer's close frame or a violation everything that still arrives is discarded. Calls must come one at a
 * time, each happening before the next, on whatever thread. An exception thrown by the sink passes through
 * {@link #receive}; the engine remains usable and goes on with what follows the message.
 */
public final class WebSocketProtocol {
    /** Decoded bytes after which {@link #receive} returns, so that its caller can let others have their turn. */
    public static final int WORK = 16 * 1024;
    /** What a frame counts as, beside what it decodes to. */
    private static final int FRAME_WORK = 16;

    private final FrameReader frame;
    private final MessageAssembler messages;
    private final ControlFrames controls;
    private final MessageSink sink;
    /** What encoded payloads pass through; null if nothing was negotiated, or once it has been closed. */
    private @Nullable InboundExtension extension;

    /** Bytes of data frames so far, as they came over the wire. */
    private long wireBytes;
    /** A violation was seen, or the owner wants no more. */
    private boolean ended;
    /** Whether {@link #receive} is on the stack, so that extensions are not closed under its feet. */
    private boolean receiving;

    /**
     * An engine for one connection, which owns the extensions from here on.
     *
     * @param role which end of the connection this is
     * @param extensions the receiving halves of what was negotiated, in the order of the response
     * @throws IllegalArgumentException if two extensions claim the same reserved bit
     */
    public WebSocketProtocol(Role role, ProtocolLimits limits, List<InboundExtension> extensions, MessageSink sink) {
        this.frame = new FrameReader(role, extensions);
        this.extension = switch (extensions.size()) {
            case 0 -> null;
            case 1 -> extensions.get(0);
            default -> new InboundChain(extensions);
        };
        this.messages = new MessageAssembler(frame, limits, extension, sink);
        this.controls = new ControlFrames(frame, sink);
        this.sink = sink;
    }

    /**
     * Takes what the peer sent. Everything is consumed but an incomplete header of at most 13 bytes, which stays in the
     * buffer, to be presented again with what follows it. Payload is unmasked in place, so the buffer must be writable
     * and its consumed bytes are worth nothing afterwards. Its byte order does not matter.
     *
     * <p>Parsing stops early when the sink wants no more ({@link MessageSink#wantsMore}) or after {@value #WORK}
     * decoded bytes. It stops between frames, or inside an encoded one between two pieces of what it decodes to. What
     * is left in the buffer is to be presented again as it is, in this buffer or in another one, alone or with what
     * follows it.
     *
     * @return whether all that can be parsed was; if not, another call goes on, even with an empty buffer
     */
    public boolean receive(ByteBuffer unread) {
        receiving = true;
        messages.allow(WORK);
        try {
            while (!isFinished()) {
                int at = unread.position();
                if (!messages.isSuspended()) {
                    if (frame.isOver()) {
                        if (!frame.readHeader(unread)) {
                            return true;
                        }
                        if (!frame.opcode().isControl()) {
                            messages.frameBegins();
                        }
                    }
                    if (!frame.isOver() && !unread.hasRemaining()) {
                        return true;
                    }
                }
                if (frame.opcode().isControl()) {
                    controls.payload(unread);
                } else {
                    messages.payload(unread);
                    wireBytes += unread.position() - at;
                }
                if (!messages.goesOnAfter(FRAME_WORK) && !isFinished()) {
                    return !messages.isSuspended() && !unread.hasRemaining();
                }
            }
        } catch (RemoteProtocolException violation) {
            if (!ended) {
                ended = true;
                sink.onViolation(violation);
            }
        } finally {
            receiving = false;
            if (isFinished()) {
                unread.position(unread.limit());
                release();
            }
        }
        return true;
    }

    /** Whether a close frame or a violation was seen, so that nothing more will be delivered. */
    public boolean isFinished() {
        return ended || controls.closeSeen();
    }

    /** How many messages have come to their end. */
    public long messages() {
        return messages.ended();
    }

    /** The bytes of data frames so far, as they came over the wire. */
    public long wireBytes() {
        return wireBytes;
    }

    /** The octets of the message that was delivered last, decoded. */
    public long messageSize() {
        return messages.size();
    }

    /** Whether the stream must not end here: a message or a frame has begun and not ended. */
    public boolean isMidMessage() {
        return !isFinished() && (!frame.isOver() || messages.isMidMessage());
    }

    /**
     * The peer will send nothing more, or nobody will listen: to be called at the end on every path, since it gives
     * back what the extensions own. A call from within the sink is legal. A message cut short is lost; the session
     * reports 1006 if no close frame came. More calls have no effect.
     */
    public void endOfStream() {
        ended = true;
        if (!receiving) {
            release();
        }
    }

    private void release() {
        messages.discard();
        InboundExtension closing = extension;
        extension = null;
        if (closing != null) {
            closing.close();
        }
    }
}
