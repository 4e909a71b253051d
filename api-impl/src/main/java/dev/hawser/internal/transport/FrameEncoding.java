package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.log.LimitedLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The extension that data frames pass through, if there is one. It is the application's maybe: it may throw anything,
 * and call back. The lock of {@link OutboundQueue} guards it.
 */
final class FrameEncoding {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    /** Null if nothing was negotiated, or once it has been closed. */
    private @Nullable OutboundExtension extension;

    private final boolean extended;
    /** See {@link OutboundExtension#sharingKey}; null if nothing can be shared. */
    private final @Nullable Object sharingKey;
    /** Whether the extension is on the stack, so that it is not closed under its feet. */
    private boolean encoding;
    /** Whether it is to be closed once it is off the stack. */
    private boolean closeOwed;

    private volatile @Nullable IOException failure;

    /** @param extension owned from here on */
    FrameEncoding(@Nullable OutboundExtension extension) {
        this.extension = extension;
        this.extended = extension != null;
        this.sharingKey = extension == null ? null : extension.sharingKey();
    }

    /** Whether there is an extension, or was one. */
    boolean isExtended() {
        return extended;
    }

    /** @throws IllegalStateException if it is the extension itself, called by {@link #encode}, that would send */
    void refuseWhileEncoding() {
        if (encoding) {
            throw new IllegalStateException("An extension must not send while it encodes a frame");
        }
    }

    /**
     * Puts a data frame's payload through the extension; null if there is none.
     *
     * @throws IOException if the extension throws, whatever it is: what the peer would expect next is unknown then
     */
    OutboundExtension.@Nullable Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length)
            throws IOException {
        OutboundExtension through = extension;
        if (through == null) {
            return null;
        }
        encoding = true;
        try {
            return through.encode(opcode, fin, payload, offset, length);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        } finally {
            encoding = false;
            if (closeOwed) {
                close();
            }
        }
    }

    /** The same for a whole message that others send, too: encoded once for all whose encodings are the same. */
    OutboundExtension.@Nullable Encoded encode(SharedMessage message) throws IOException {
        byte[] payload = message.payload();
        Object key = sharingKey;
        if (key == null || extension == null) {
            return encode(message.kind(), true, payload, 0, payload.length);
        }
        OutboundExtension.Encoded known = message.encoded(key);
        if (known != null) {
            return known;
        }
        OutboundExtension.Encoded encoded = encode(message.kind(), true, payload, 0, payload.length);
        if (encoded != null) {
            message.remember(key, encoded);
        }
        return encoded;
    }

    /** What follows a frame that was lost once the extension had seen it has no meaning for the peer. */
    IOException failed(Throwable cause) {
        IOException broken = new IOException("an extension could not encode a frame", cause);
        failure = broken;
        return broken;
    }

    /** Whether an extension has failed, and nobody has taken that yet. */
    boolean hasFailed() {
        return failure != null;
    }

    /** What {@link #encode} threw, once. Without the lock, so of two threads each may be told. */
    @Nullable IOException takeFailure() {
        IOException taken = failure;
        if (taken != null) {
            failure = null;
        }
        return taken;
    }

    /** Gives back what the extension owns. Once; more calls have no effect. */
    void close() {
        if (encoding) {
            closeOwed = true;
            return;
        }
        OutboundExtension closing = extension;
        extension = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (RuntimeException | Error e) { // the sends that wait must end all the same
                LOGGER.log(System.Logger.Level.WARNING, "An extension could not be closed", e);
            }
        }
    }
}
