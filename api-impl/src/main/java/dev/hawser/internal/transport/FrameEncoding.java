package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.log.LimitedLog;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The extension that data frames pass through, if there is one. It may be the application's, which may throw anything
 * and call back. Guarded by the lock of {@link OutboundQueue}.
 */
public final class FrameEncoding {
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    /** Without an extension there is nothing to guard and nothing to tell, so all such queues have this one. */
    private static final FrameEncoding NONE = new FrameEncoding(new ReentrantLock(), null, null);

    private final ReentrantLock lock;
    /** Null if no extension was negotiated. */
    private final @Nullable OutboundListener listener;

    /** Null if no extension was negotiated, or once it was closed. */
    private @Nullable OutboundExtension extension;

    /**
     * See {@link OutboundExtension#sharingKey}; null if nothing can be shared. Queues that have shared an encoding keep
     * the same one of their equal keys, so that later comparisons look at no contents. Guarded by the queue's lock.
     */
    private @Nullable Object sharingKey;
    /** Whether the extension is on the stack; it is then not closed before it returns. */
    private boolean encoding;
    /** Whether the extension must be closed once it has returned. */
    private boolean closeOwed;

    private volatile @Nullable IOException failure;

    private FrameEncoding(
            ReentrantLock lock, @Nullable OutboundExtension extension, @Nullable OutboundListener listener) {
        this.lock = lock;
        this.listener = listener;
        this.extension = extension;
        this.sharingKey = extension == null ? null : extension.sharingKey();
    }

    /**
     * The encoding of one queue.
     *
     * @param lock the queue's lock
     * @param extension closed by this object; null for none
     * @param listener is told of a failure
     */
    static FrameEncoding of(ReentrantLock lock, @Nullable OutboundExtension extension, OutboundListener listener) {
        return extension == null ? NONE : new FrameEncoding(lock, extension, listener);
    }

    /** Whether an extension was negotiated. */
    boolean isExtended() {
        return listener != null;
    }

    /** Whether the calling thread runs the extension. Thread-safe. */
    public boolean isOnStack() {
        return isExtended() && lock.isHeldByCurrentThread();
    }

    /**
     * Tells the listener that the extension has failed, which ends the connection, or that it has returned. Called
     * without the lock, with which extensions run. Thread-safe.
     */
    public void tellFailure() {
        OutboundListener told = listener;
        if (told != null && !isOnStack()) {
            IOException broken = takeFailure();
            if (broken != null) {
                told.onWriteFailed(broken);
            }
            told.onEncoded();
        }
    }

    /** @throws IllegalStateException if the extension itself sends while {@link #encode} calls it */
    void refuseWhileEncoding() {
        if (encoding) {
            throw new IllegalStateException("An extension must not send while it encodes a frame");
        }
    }

    /**
     * Encodes a data frame's payload with the extension; returns null if there is none.
     *
     * @throws IOException if the extension throws anything, since it is then unknown what the peer expects next
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

    /** The frame of a whole message that others send, too: encoded once for all queues with an equal sharing key. */
    SharedFrame encode(SharedMessage message) throws IOException {
        if (extension == null) {
            return message.plain();
        }
        Object key = sharingKey;
        SharedMessage.Encoding known = key == null ? null : message.encoded(key);
        if (known != null) {
            if (known.key() != key) {
                sharingKey = known.key();
            }
            return known.frame();
        }
        SharedFrame plain = message.plain();
        OutboundExtension.Encoded encoded = encode(message.kind(), true, plain.bytes, plain.start, plain.length);
        if (encoded == null) {
            return plain;
        }
        if (key == null) {
            return SharedFrame.payloadOnly(encoded.rsv(), encoded.bytes(), encoded.offset(), encoded.length());
        }
        SharedFrame shared =
                SharedFrame.of(message.kind(), encoded.rsv(), encoded.bytes(), encoded.offset(), encoded.length());
        message.remember(key, shared);
        return shared;
    }

    /** Called if a frame was lost after the extension has encoded it: the peer could not decode what follows. */
    IOException failed(Throwable cause) {
        IOException broken = new ExtensionFailedException(cause);
        failure = broken;
        return broken;
    }

    /** Whether the extension has failed, and the listener has not been told so. Thread-safe. */
    public boolean hasFailed() {
        return failure != null;
    }

    /** What {@link #encode} threw, once. It is read without the lock, so two threads may both get it. */
    private @Nullable IOException takeFailure() {
        IOException taken = failure;
        if (taken != null) {
            failure = null;
        }
        return taken;
    }

    /** Closes the extension; further calls have no effect. */
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
            } catch (RuntimeException | Error e) { // the waiting sends must end all the same
                LOGGER.log(System.Logger.Level.WARNING, "An extension could not be closed", e);
            }
        }
    }
}
