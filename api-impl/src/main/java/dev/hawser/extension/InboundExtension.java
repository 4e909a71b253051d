package dev.hawser.extension;

import java.nio.ByteBuffer;

/**
 * The receiving half of a negotiated extension (RFC 6455 section 9): undoes on the payload of data frames what the
 * peer's sending half did. An application that adds a frame extension of its own implements this and
 * {@link OutboundExtension}.
 *
 * <p>Control frames never pass through an extension. An extension that reserves no bits and decides by the opcode alone
 * is legal. One instance serves one connection. Calls come one at a time, each happening before the next, not always on
 * the same thread, and with any context class loader. They must not wait: other connections are read on the same
 * threads. An exception other than {@link RemoteProtocolException} closes the connection with 1011.
 *
 * <p>An example that is whole is in docs/extensions.md.
 *
 * @since 0.1.0
 */
public interface InboundExtension {
    /** Bit values of {@link #rsv} as they stand in the first byte of a frame, shifted down. */
    int RSV1 = 4;
    /** See {@link #RSV1}. */
    int RSV2 = 2;
    /** See {@link #RSV1}. */
    int RSV3 = 1;

    /** Where the reserved bits of an extension may be set. */
    enum Scope {
        /** On the first frame of a message only; on a continuation they fail the connection with 1002. */
        MESSAGE,
        /** On every data frame. */
        FRAME
    }

    /**
     * The reserved bits this extension gives a meaning to, of {@link #RSV1}, {@link #RSV2} and {@link #RSV3}. Never
     * changes.
     */
    int rsv();

    /** Whether its bits mark messages or frames. Never changes. */
    Scope scope();

    /**
     * A data frame begins.
     *
     * @param opcode TEXT, BINARY or CONTINUATION
     * @param rsv those of its reserved bits that are set
     * @param fin whether it is the last frame of its message
     * @return whether its payload is to be passed to {@link #decode}; if not, it is taken as it is, at no cost
     * @throws RemoteProtocolException if the frame breaks a rule of the extension
     */
    boolean frameBegins(Opcode opcode, int rsv, boolean fin) throws RemoteProtocolException;

    /**
     * Decodes until {@code encoded} is used up or {@code decoded} is full. Size limits are kept by the caller, who
     * gives room for a bounded piece at a time and stops asking when the message grows too big: never buffer more than
     * a bounded rest in here.
     *
     * @param encoded unmasked payload bytes of the frame that began last; bytes beyond its limit are somebody else's
     * @param endOfFrame whether {@code encoded} holds the last bytes of the frame
     * @param decoded a buffer with an array, and with room for at least one byte
     * @return true if all that follows from these bytes has been put into {@code decoded}; false if there is more, and
     *     a call with what is left of the same bytes, in another buffer maybe, and new room is needed
     * @throws RemoteProtocolException if the payload cannot be decoded, usually with 1007; what was put into
     *     {@code decoded} before counts
     */
    boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) throws RemoteProtocolException;

    /** Gives back what it owns, native memory above all. Called exactly once, as the last call. */
    void close();
}
