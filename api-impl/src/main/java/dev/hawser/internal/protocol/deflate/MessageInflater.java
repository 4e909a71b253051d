package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.HeldMemory;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of permessage-deflate (RFC 7692 7.2.2). Between messages its inflater is back in the pool. It
 * keeps only what the peer may refer back to, at most a window of bytes, and gives that to the next inflater. Not
 * thread-safe.
 *
 * <p>Every octet of a message's payload belongs to a DEFLATE stream. Where a stream ends within the payload (BFINAL), a
 * new one follows. A message that ends inside a stream's block fails the connection.
 */
final class MessageInflater implements InboundExtension, HeldMemory {
    /** The native memory of an inflater. */
    private static final int INFLATER_BYTES = 40 * 1024;

    /**
     * The empty block that the sender cut off (RFC 7692 7.2.2), and a final empty block. If the inflater is not
     * finished after them, or gives any more output, the stream was incomplete.
     */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private final DeflateCodecs codecs;
    /** What the peer's next message may refer back to; null if the peer has no context takeover. */
    private final @Nullable History history;

    /** Borrowed for the current message; null between messages. */
    private @Nullable Inflater inflater;
    /** Whether the current message is compressed. */
    private boolean compressed;
    /** Whether the current frame is the last of its message. */
    private boolean lastFrame;
    /** Whether the current message has had any payload. */
    private boolean anyPayload;

    MessageInflater(DeflateCodecs codecs, @Nullable History history) {
        this.codecs = codecs;
        this.history = history;
    }

    @Override
    public long heldBytes() {
        return heldForMessage() + (history == null ? 0 : history.heldBytes());
    }

    @Override
    public long heldForMessage() {
        return inflater == null ? 0 : INFLATER_BYTES;
    }

    @Override
    public int rsv() {
        return RSV1;
    }

    @Override
    public Scope scope() {
        return Scope.MESSAGE;
    }

    @Override
    public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
        if (opcode != Opcode.CONTINUATION) {
            compressed = rsv != 0;
            anyPayload = false;
        }
        lastFrame = fin;
        return compressed;
    }

    @Override
    public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) throws RemoteProtocolException {
        Inflater borrowed = borrow();
        if (encoded.hasRemaining()) {
            anyPayload = true;
        }
        // Even if it is empty: the array that the inflater got before belongs to others by now.
        borrowed.setInput(encoded);
        try {
            if (!inflate(borrowed, encoded, decoded)) {
                return false;
            }
            if (endOfFrame && lastFrame) {
                end(borrowed);
            }
            return true;
        } catch (DataFormatException e) {
            throw broken("is not DEFLATE: " + e.getMessage());
        }
    }

    private Inflater borrow() {
        Inflater borrowed = inflater;
        if (borrowed == null) {
            borrowed = codecs.borrowInflater();
            if (history != null) {
                history.giveTo(borrowed);
            }
            inflater = borrowed;
        }
        return borrowed;
    }

    /** Inflates until the payload is used up, and returns true, or until there is no room, and returns false. */
    private boolean inflate(Inflater borrowed, ByteBuffer encoded, ByteBuffer decoded) throws DataFormatException {
        while (true) {
            if (borrowed.finished()) {
                if (!encoded.hasRemaining()) {
                    return true;
                }
                borrowed.reset(); // what follows a final block is a stream of its own (RFC 7692 7.2.3.4)
                borrowed.setInput(encoded);
            }
            int room = decoded.remaining();
            if (room == 0) {
                return false;
            }
            int at = decoded.arrayOffset() + decoded.position();
            int count = fill(borrowed, decoded);
            if (history != null) {
                history.append(decoded.array(), at, count);
            }
            decoded.position(decoded.position() + count);
            // the inflater left room free, so it has given everything that it could
            if (count < room && !encoded.hasRemaining() && !borrowed.finished()) {
                return true;
            }
        }
    }

    /** Inflates once. If it throws, what was inflated before the error is counted in {@code decoded}. */
    private static int fill(Inflater borrowed, ByteBuffer decoded) throws DataFormatException {
        long before = borrowed.getBytesWritten();
        try {
            int at = decoded.arrayOffset() + decoded.position();
            return borrowed.inflate(decoded.array(), at, decoded.remaining());
        } catch (DataFormatException e) {
            decoded.position(decoded.position() + (int) (borrowed.getBytesWritten() - before));
            throw e;
        }
    }

    /** Checks, at the end of a message's payload, that its stream is complete. */
    private void end(Inflater borrowed) throws DataFormatException, RemoteProtocolException {
        // An empty payload is taken as an empty message: the RFC asks for one octet (7.2.3.6), but some libraries write
        // none.
        if (anyPayload && !borrowed.finished()) {
            borrowed.setInput(TAIL);
            byte[] beyond = new byte[1];
            if (borrowed.inflate(beyond) > 0 || !borrowed.finished() || borrowed.getRemaining() > 0) {
                throw broken("ends inside a DEFLATE block");
            }
        }
        giveBack();
    }

    private void giveBack() {
        Inflater borrowed = inflater;
        if (borrowed != null) {
            inflater = null;
            codecs.giveBack(borrowed);
        }
    }

    @Override
    public void close() {
        giveBack();
    }

    private static RemoteProtocolException broken(String what) {
        return new RemoteProtocolException(
                CloseCode.NOT_CONSISTENT, "compressed payload " + what + " (RFC 7692 7.2.2)");
    }
}
