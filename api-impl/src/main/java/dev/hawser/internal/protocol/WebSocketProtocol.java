package dev.hawser.internal.protocol;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a connection after the opening handshake (RFC 6455 sections 5 to 7): bytes in, calls of a
 * {@link MessageSink} out. It never writes; the sending side is {@link FrameWriter}, and the two do not know each
 * other.
 *
 * <p>After the peer's close frame or a violation everything that still arrives is discarded. Calls must come one at a
 * time, each happening before the next; they may come on different threads. An exception that the sink throws passes
 * through {@link #receive}; the engine remains usable and goes on behind the message.
 */
public final class WebSocketProtocol {
    /** Decoded bytes after which {@link #receive} returns, so that its caller can serve other connections. */
    public static final int WORK = 16 * 1024;
    /** What each frame adds to the work, in bytes, besides what it decodes to. */
    private static final int FRAME_WORK = 16;

    private static final byte[] NOTHING = new byte[0];

    private final FrameReader frame;
    private final MessageAssembler messages;
    private final MessageSink sink;
    /** Decodes encoded payloads; null if no extension was negotiated, or once it has been closed. */
    private @Nullable InboundExtension extension;

    /** Bytes of data frames so far, as they came over the wire. */
    private long wireBytes;
    /** What has arrived of a control frame, in an array of its length. */
    private byte[] control = NOTHING;
    /** Set by a close frame, by a violation, and by {@link #endOfStream}. */
    private boolean ended;
    /** Whether {@link #receive} is on the stack; extensions are then not closed before it returns. */
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
        this.sink = sink;
    }

    /**
     * Takes what the peer sent. Everything is consumed except an incomplete header of at most 13 bytes, which stays in
     * the buffer: the caller presents it again with what follows it. Payload is unmasked in place, so the buffer must
     * be writable, and its consumed bytes are garbage afterwards. Its byte order does not matter.
     *
     * <p>Parsing stops early when the sink wants no more ({@link MessageSink#wantsMore}) or after {@value #WORK}
     * decoded bytes. It stops between frames, or inside an encoded frame between two decoded pieces. The caller
     * presents what is left in the buffer again, unchanged, in this buffer or in another one, alone or with what
     * follows it.
     *
     * @return whether everything that can be parsed was parsed; if not, another call continues, even with an empty
     *     buffer
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
                        frame.shownTo(sink.onFrame(frame.opcode(), frame.fin(), frame.rsv(), frame.length()));
                        if (!frame.opcode().isControl()) {
                            messages.frameBegins();
                        }
                    }
                    if (!frame.isOver() && !unread.hasRemaining()) {
                        return true;
                    }
                }
                if (frame.opcode().isControl()) {
                    control(unread);
                } else {
                    Object message = messages.payload(unread);
                    wireBytes += unread.position() - at;
                    if (message instanceof String text) { // delivered here: the way of a message has few frames
                        sink.onText(text);
                    } else if (message instanceof byte[] octets) {
                        sink.onBinary(octets);
                    }
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

    /**
     * Takes what is there of a control frame's payload, and delivers the frame if that is all of it (RFC 6455 5.5). The
     * sink sends the replies.
     */
    private void control(ByteBuffer unread) throws RemoteProtocolException {
        if (frame.taken() == 0 && frame.length() > 0) {
            control = new byte[(int) frame.length()];
        }
        frame.take(unread, control, (int) frame.taken(), frame.available(unread));
        if (!frame.isOver()) {
            return;
        }
        byte[] whole = control;
        control = NOTHING;
        switch (frame.opcode()) {
            case PING -> sink.onPing(whole);
            case PONG -> sink.onPong(whole);
            default -> {
                CloseFrame close = CloseFrame.of(whole);
                ended = true;
                sink.onClose(close.code(), close.reason());
            }
        }
    }

    /** Whether nothing more will be delivered, because of a close frame, a violation or the end of the stream. */
    public boolean isFinished() {
        return ended;
    }

    /** How many messages were completed. */
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

    /**
     * The memory of the message that has begun and not ended, in bytes. Any thread may call this at any time; the
     * result may be a moment old.
     */
    public long unfinishedBytes() {
        return messages.heldBytes();
    }

    /** Whether a message or a frame has begun and not ended, so that the stream must not end here. */
    public boolean isMidMessage() {
        return !isFinished() && (!frame.isOver() || messages.isMidMessage());
    }

    /**
     * Says that the peer will send nothing more, or that nobody will listen. It must be called at the end on every
     * path, because it releases what the extensions own. It may be called from within the sink. An incomplete message
     * is lost. Further calls have no effect.
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
