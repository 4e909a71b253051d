package dev.hawser.extension;

import java.nio.ByteBuffer;

/**
 * The receiving half of a negotiated extension (RFC 6455 section 9): undoes on the payload of data frames what the
 * peer's sending half did. An application that adds its own frame extension implements this and {@link
 * OutboundExtension}.
 *
 * <p>Control frames never pass through an extension. An extension that reserves no bits and decides by the opcode alone
 * is legal. One instance serves one connection. Calls come one at a time, each happening before the next, not always on
 * the same thread, and with any context class loader. They must not wait: other connections are read on the same
 * threads. An exception other than {@link RemoteProtocolException} closes the connection with 1011.
 *
 * <p>docs/extensions.md has a complete example.
 *
 * @since 0.1.0
 */
public interface InboundExtension {
    /** The bit of RSV1 in {@link #rsv}. The three bits have the order of the first byte of a frame. */
    int RSV1 = 4;
    /** See {@link #RSV1}. */
    int RSV2 = 2;
    /** See {@link #RSV1}. */
    int RSV3 = 1;

    /** Where the reserved bits of an extension may be set. */
    enum Scope {
        /** Only on the first frame of a message; on a continuation they fail the connection with 1002. */
        MESSAGE,
        /** On every data frame. */
        FRAME
    }

    /**
     * The reserved bits that this extension uses, a sum of {@link #RSV1}, {@link #RSV2} and {@link #RSV3}. Never
     * changes.
     */
    int rsv();

    /** Whether its bits mark messages or frames. Never changes. */
    Scope scope();

    /**
     * A data frame begins.
     *
     * @param opcode TEXT, BINARY or CONTINUATION
     * @param rsv the set bits, of the reserved bits of this extension
     * @param fin whether the frame is the last one of its message
     * @return whether the frame's payload must be passed to {@link #decode}; if not, it is taken unchanged, at no cost
     * @throws RemoteProtocolException if the frame breaks a rule of the extension
     */
    boolean frameBegins(Opcode opcode, int rsv, boolean fin) throws RemoteProtocolException;

    /**
     * Decodes until {@code encoded} is used up or {@code decoded} is full. The caller keeps the size limits: it gives
     * room for a bounded piece at a time and stops when the message grows too big. So the extension must not buffer
     * more than a bounded rest.
     *
     * @param encoded unmasked payload bytes of the current frame; the bytes beyond the buffer's limit must not be
     *     touched
     * @param endOfFrame whether {@code encoded} holds the last bytes of the frame
     * @param decoded a buffer with an array, and with room for at least one byte
     * @return true if everything that these bytes decode to was put into {@code decoded}; false if there is more, and
     *     another call is needed, with the rest of the same bytes, which may be in another buffer, and new room
     * @throws RemoteProtocolException if the payload cannot be decoded, usually with 1007; the bytes that were put into
     *     {@code decoded} before count
     */
    boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) throws RemoteProtocolException;

    /** Releases what the extension owns, such as native memory. Called exactly once, as the last call. */
    void close();
}
