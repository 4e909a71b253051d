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
 * The way out of an upgraded connection: one write outstanding, on a ServletOutputStream in its non-blocking mode. A
 * write is done when the stream is ready again after its last byte and a flush; if that is not at once,
 * {@code onWritePossible} goes on with it. Completions are called without the lock, and exactly once.
 */
final class ServletOutput {
    /** The most bytes for one call of the stream: more would only be copied a second time, inside the container. */
    private static final int CHUNK = 64 * 1024;

    private static final ByteBuffer[] NONE = {};

    private final ReentrantLock lock;
    private final AtomicInteger containerFailures = new AtomicInteger();

    // All below: guarded by lock.
    private @Nullable ServletOutputStream stream;

    /**
     * Whether the container has called onWritePossible for the first time. Undertow says it is ready before that, and
     * its I/O thread then overwrites what a write of another thread left behind.
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

    /** The container's call. */
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

    /** Writes as far as the container takes it; true when the write is over, well or with a failure. */
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
        } catch (IOException | RuntimeException e) {
            // A RuntimeException is the container's way to say that the stream was closed meanwhile.
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
     * An array with nothing before or behind the bytes: Undertow ignores offset and length when it is given them in
     * non-blocking mode. The container has copied what it could not send when {@code write} returns.
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

    /** Ends writing: what is outstanding and all that comes fails. The first cause stays. */
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
     * Told by the container, perhaps in the middle of a call of ours, which then ends with the failure.
     *
     * @throws IllegalStateException if it is told for the third time: Undertow 2.3 goes on, for ever and on its I/O
     *     thread, to write what was left when the peer reset the connection, and tells each time; this alone ends its
     *     loop
     */
    void containerFailed(Throwable cause) {
        if (containerFailures.incrementAndGet() > 2) {
            throw new IllegalStateException("The container has told twice that it cannot write", cause);
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

    /** Sends the end of the stream, if the container can; errors mean that the peer is gone. */
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
            // The peer is gone already.
        } finally {
            lock.unlock();
        }
    }
}
