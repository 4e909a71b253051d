package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.Transport;
import jakarta.servlet.ServletInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Reads from an upgraded connection, on a non-blocking ServletInputStream, whose container reports the end and failures
 * on any thread. One thread reads at a time.
 */
final class ServletInput {
    /** Set before the container calls any listener. */
    private volatile @Nullable ServletInputStream stream;

    /** The end of the stream, or what broke it; the next read reports it. */
    private volatile boolean ended;

    private volatile @Nullable Throwable failure;

    void open(ServletInputStream opened) {
        stream = opened;
    }

    /** Reads like {@link Transport#read}. */
    int read(ByteBuffer unread) throws IOException {
        ServletInputStream in = stream;
        if (in == null) {
            throw new ClosedChannelException();
        }
        if (isOver() || !in.isReady() || isOver()) { // isReady may notice the end
            throwIfFailed();
            return ended || in.isFinished() ? -1 : 0;
        }
        Transport.makeRoom(unread);
        int at = unread.limit();
        int room = unread.capacity() - at;
        byte[] bytes = unread.hasArray() ? unread.array() : new byte[room]; // servlet streams read only into arrays
        int offset = unread.hasArray() ? unread.arrayOffset() + at : 0;
        int count;
        try {
            count = in.read(bytes, offset, room);
        } catch (EOFException e) {
            count = -1;
        } catch (IllegalStateException e) {
            throw new IOException("The container refuses to read: " + e.getMessage(), e);
        }
        if (count > 0) {
            unread.limit(at + count);
            if (!unread.hasArray()) {
                unread.put(at, bytes, 0, count);
            }
        }
        return count;
    }

    private void throwIfFailed() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("The connection failed: " + cause.getMessage(), cause);
        }
    }

    /**
     * Whether a read will have a result. If not, the container will call again. The caller holds the transport's lock.
     */
    boolean isReadable() {
        ServletInputStream in = stream;
        return in != null && (isOver() || in.isReady() || isOver());
    }

    /** Whether the stream has ended or failed, so that the container will not call any more. */
    boolean isOver() {
        return ended || failure != null;
    }

    /** Whether the peer has ended the stream. */
    boolean hasEnded() {
        return ended;
    }

    /** What broke the stream, or null. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** Called by the container's onAllDataRead. */
    void ended() {
        ended = true;
    }

    /** Called by the container's onError. Tomcat reports the end like this if it notices it outside a read. */
    void containerFailed(Throwable cause) {
        if (cause instanceof EOFException) {
            ended = true;
        } else {
            failure = cause;
        }
    }
}
