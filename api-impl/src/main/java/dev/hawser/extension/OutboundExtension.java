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
 * <p>docs/extensions.md has a complete example.
 *
 * @since 0.1.0
 */
public interface OutboundExtension {
    /**
     * An encoded payload. The array may be the one that {@link #encode} was given.
     *
     * @param rsv the reserved bits to set on the frame, as in {@link InboundExtension#rsv}
     * @param bytes holds the payload; must not be changed once it is returned, since a large payload is written from it
     *     later
     * @param offset where the payload begins in the array
     * @param length the length of the payload in bytes; may be 0
     */
    @SuppressWarnings("ArrayRecordComponent") // payloads are never compared
    record Encoded(int rsv, byte[] bytes, int offset, int length) {}

    /** The reserved bits that this extension may set. Never changes. */
    int rsv();

    /**
     * Encodes the payload of one data frame.
     *
     * @param opcode TEXT, BINARY or CONTINUATION
     * @param fin whether the frame is the last one of its message
     * @param payload must not be changed, and must not be kept after the call except in the result
     * @param offset where the frame's payload begins in the array, in bytes
     * @param length the length of the frame's payload in bytes; may be 0
     */
    Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length);

    /**
     * A value that is equal for all extensions that encode an unfragmented message to the same bytes, whatever they
     * encoded before; null if the result depends on earlier messages. With it a broadcast is encoded once.
     */
    default @Nullable Object sharingKey() {
        return null;
    }

    /** Releases what the extension owns, such as native memory. Called exactly once, as the last call. */
    void close();
}
