package dev.hawser.extension;

import org.jspecify.annotations.Nullable;

/**
 * The sending half of a negotiated extension (RFC 6455 section 9): transforms the payload of data frames before they
 * are masked and written. See {@link InboundExtension} for the other half.
 *
 * <p>One instance serves one connection. Calls come one at a time, under the lock of the connection's outbound queue,
 * in the order in which the frames are written: an encoded payload is always sent. They come on any thread that sends,
 * with any context class loader, and must neither wait nor send. An exception cuts the connection, since the peer could
 * not make sense of what follows.
 *
 * <p>An example that is whole is in docs/extensions.md.
 *
 * @since 0.1.0
 */
public interface OutboundExtension {
    /**
     * A payload ready to be framed. The array may be the one that was given.
     *
     * @param rsv the reserved bits to set on the frame, as in {@link InboundExtension#rsv}
     * @param bytes holds the payload; not to be changed once it is returned, since a large one is written from it later
     * @param offset where the payload begins in it
     * @param length its bytes; may be 0
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares payloads
    record Encoded(int rsv, byte[] bytes, int offset, int length) {}

    /** The reserved bits this extension may set. Never changes. */
    int rsv();

    /**
     * Encodes the payload of one data frame.
     *
     * @param opcode TEXT, BINARY or CONTINUATION
     * @param fin whether it is the last frame of its message
     * @param payload not to be changed, and not to be kept beyond the call but through the result
     * @param offset where the frame's payload begins in it, in bytes
     * @param length how many bytes it has; may be 0
     */
    Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length);

    /**
     * A value that is equal for all extensions which encode an unfragmented message to the same bytes, whatever they
     * encoded before; null if the result depends on earlier messages. Lets a broadcast encode once.
     */
    default @Nullable Object sharingKey() {
        return null;
    }

    /** Gives back what it owns, native memory above all. Called exactly once, as the last call. */
    void close();
}
