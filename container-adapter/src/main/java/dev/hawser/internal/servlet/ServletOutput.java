package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.Transport.WriteCompletion;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an upgraded connection: one write at a time, on a non-blocking ServletOutputStream. A write is complete
 * when the stream is ready again after the last byte and a flush; if that takes time, {@code onWritePossible} continues
 * it. Completions are called exactly once, without the lock.
 */
final class ServletOutput {
    /** The most bytes for one call of the stream; the container would only copy more of them again. */
    private static final int CHUNK = 64 * 1024;

    private static final ByteBuffer[] NONE = {};

    private final ReentrantLock lock;
    private final AtomicInteger containerFailures = new AtomicInteger();

    // All fields below are guarded by lock.
    private @Nullable ServletOutputStream stream;

    /**
     * Whether the container has called onWritePossible. Undertow is ready before that, but its I/O thread would
     * overwrite the state of another thread's write.
     */
    private boolean started;

    private @Nullable WriteCompletion completion;
    private ByteBuffer[] buffers = NONE;
    private int next;
    private boolean flushOwed;
    private @Nullable Throwable failure;

    ServletOutput(ReentrantLock lock) {
        this.lock = lock;
    }

    void open(ServletOutputStream opened, WriteListener events) {
        lock.lock();
        try {
            stream = opened;
        } finally {
            lock.unlock();
        }
        opened.setWriteListener(events);
    }

    void write(WriteCompletion whenDone, ByteBuffer[] gathered) {
        lock.lock();
        try {
            completion = whenDone;
            buffers = gathered;
            next = 0;
            flushOwed = false;
        } finally {
            lock.unlock();
        }
        proceed(false);
    }

    /** Called by the container's onWritePossible. */
    void writable() {
        proceed(true);
    }

    private void proceed(boolean containerIsReady) {
        WriteCompletion ended;
        Throwable cause;
        lock.lock();
        try {
            started |= containerIsReady;
            if (completion == null || (failure == null && !advance())) {
                return;
            }
            cause = failure;
            ended = take();
        } finally {
            lock.unlock();
        }
        tell(ended, cause);
    }

    /** Writes as much as the container takes; returns true when the write is complete or has failed. */
    private boolean advance() {
        ServletOutputStream out = stream;
        if (out == null || !started) {
            return false;
        }
        try {
            while (out.isReady()) {
                if (hasRemaining()) {
                    flushOwed = true;
                    out.write(chunk());
                } else if (flushOwed) {
                    flushOwed = false;
                    out.flush();
                } else {
                    return true;
                }
            }
            return failure != null;
        } catch (Throwable e) {
            // Containers throw a RuntimeException if the stream was closed meanwhile. After an error of the JVM
            // nobody knows how much was written.
            failure = e;
            return true;
        }
    }

    private boolean hasRemaining() {
        while (next < buffers.length && !buffers[next].hasRemaining()) {
            next++;
        }
        return next < buffers.length;
    }

    /**
     * The next bytes, in an array of exactly their length: Undertow ignores offset and length in non-blocking mode.
     * When {@code write} returns, the container has copied what it could not send.
     */
    private byte[] chunk() {
        long waiting = 0;
        for (int i = next; i < buffers.length && waiting < CHUNK; i++) {
            waiting += buffers[i].remaining();
        }
        byte[] bytes = new byte[(int) Math.min(waiting, CHUNK)];
        int at = 0;
        while (at < bytes.length && hasRemaining()) {
            int part = Math.min(bytes.length - at, buffers[next].remaining());
            buffers[next].get(bytes, at, part);
            at += part;
        }
        return bytes;
    }

    /** Whether a write is outstanding. */
    boolean isWriting() {
        lock.lock();
        try {
            return completion != null;
        } finally {
            lock.unlock();
        }
    }

    /** Fails the outstanding write and all later ones, with the first cause. */
    void fail(Throwable cause) {
        WriteCompletion ended;
        Throwable first;
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            first = failure;
            ended = take();
        } finally {
            lock.unlock();
        }
        tell(ended, first);
    }

    /**
     * Called by the container's onError, perhaps during a call of ours, which then ends with the failure.
     *
     * @throws IllegalStateException at the third call: after a reset by the peer Undertow 2.3 tries to write the rest
     *     in an endless loop on its I/O thread, and calls this each time; only an exception ends the loop
     */
    void containerFailed(Throwable cause) {
        if (containerFailures.incrementAndGet() > 2) {
            throw new IllegalStateException(
                    "The connection has failed, and the container goes on writing to it", cause);
        }
        if (lock.isHeldByCurrentThread()) {
            if (failure == null) {
                failure = cause;
            }
        } else {
            fail(cause);
        }
    }

    private @Nullable WriteCompletion take() {
        WriteCompletion taken = completion;
        completion = null;
        buffers = NONE;
        return taken;
    }

    private static void tell(@Nullable WriteCompletion ended, @Nullable Throwable cause) {
        if (ended == null) {
            return;
        }
        if (cause == null) {
            ended.written();
        } else {
            ended.failed(cause);
        }
    }

    /** Sends the end of the stream, if the container can; an exception means that the peer is gone. */
    void close() {
        lock.lock();
        try {
            if (failure == null) {
                failure = new ClosedChannelException();
            }
            if (stream != null) {
                stream.close();
            }
        } catch (IOException | RuntimeException e) {
            // The peer is already gone.
        } finally {
            lock.unlock();
        }
    }
}
