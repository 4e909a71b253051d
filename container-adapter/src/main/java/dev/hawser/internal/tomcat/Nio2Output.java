package dev.hawser.internal.tomcat;

import dev.hawser.internal.transport.Transport.WriteCompletion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a socket of the NIO2 connector: one write at a time, begun on its caller's thread. What the channel has
 * taken is told on one of its own threads, unless the caller is one. Completions are called exactly once, without a
 * lock.
 */
final class Nio2Output {
    /**
     * The most bytes given to the channel in one call. The JDK copies heap buffers into a direct buffer of the same
     * size, and does so again each time when the socket has room for a part.
     */
    private static final int WINDOW = 128 * 1024;

    /** The outstanding write; the thread that sets it to null calls its completion. */
    private final AtomicReference<@Nullable Outstanding> outstanding = new AtomicReference<>();

    private final Nio2Wire wire;
    private final Consumer<Throwable> broken;

    /** The buffer of which the channel has a part. Accessed by the thread that goes on with the write. */
    private @Nullable ByteBuffer sliced;

    /** Whether the end of the stream follows the outstanding write. */
    private volatile boolean shutdownWanted;

    private record Outstanding(WriteCompletion completion, ByteBuffer[] buffers) {}

    /** @param broken gets what a completion has thrown on a thread of the channel; never throws */
    Nio2Output(Nio2Wire wire, Consumer<Throwable> broken) {
        this.wire = wire;
        this.broken = broken;
    }

    /** Writes like {@link dev.hawser.internal.transport.Transport#write}. */
    void write(WriteCompletion completion, ByteBuffer... buffers) {
        Outstanding write = new Outstanding(completion, buffers);
        if (!outstanding.compareAndSet(null, write)) {
            throw new IllegalStateException("A write is outstanding; the next one has to wait for its completion");
        }
        proceed(write);
    }

    /** Called on a thread of the channel when an operation has ended for which nobody waits. */
    void goOn() {
        Outstanding write = outstanding.get();
        try {
            if (write != null) { // else it was cut off
                Throwable failure = result();
                if (failure == null) {
                    proceed(write);
                } else {
                    finish(write, failure);
                }
            }
        } catch (Throwable e) { // an error of the JVM
            broken.accept(e);
        }
    }

    private void proceed(Outstanding write) {
        Throwable failure = null;
        try {
            ByteBuffer[] buffers = write.buffers();
            int first = 0;
            while (failure == null) {
                while (first < buffers.length && !buffers[first].hasRemaining()) {
                    first++;
                }
                if (first == buffers.length) {
                    break;
                }
                if (!begin(buffers, first)) {
                    return;
                }
                failure = result();
            }
        } catch (Throwable e) { // it is unknown how much was written
            failure = e;
        }
        finish(write, failure);
    }

    /**
     * Gives the channel at most {@link #WINDOW} bytes. Of a bigger buffer it gets a part, since nobody could set the
     * buffer's limit back before the operation has ended.
     */
    private boolean begin(ByteBuffer[] buffers, int first) throws IOException {
        int room = WINDOW;
        int end = first;
        while (end < buffers.length && buffers[end].remaining() <= room && !wire.misreads(buffers[end])) {
            room -= buffers[end].remaining();
            end++;
        }
        if (end > first) {
            return wire.write(buffers, first, end - first);
        }
        ByteBuffer big = buffers[first];
        sliced = big;
        return wire.write(new ByteBuffer[] {EngineBuffers.first(Math.min(WINDOW, big.remaining()), big)}, 0, 1);
    }

    /** Takes the result of an operation: what has broken the write, or null. */
    private @Nullable Throwable result() {
        ChannelOperation writing = wire.writing();
        Throwable failure = writing.failure();
        if (failure == null && writing.count() < 0) {
            failure = new EOFException("The connection takes no more data");
        }
        ByteBuffer big = sliced;
        sliced = null;
        if (big != null && failure == null) {
            big.position(big.position() + (int) writing.count());
        }
        return failure;
    }

    private void finish(Outstanding write, @Nullable Throwable failure) {
        if (!outstanding.compareAndSet(write, null)) {
            return; // it was cut off
        }
        if (failure == null) {
            try {
                if (shutdownWanted) {
                    shutdownNow();
                }
            } finally {
                write.completion().written();
            }
        } else {
            write.completion().failed(failure);
        }
    }

    /**
     * Fails the outstanding write. Nothing can be written any more, because the wire is closed.
     *
     * @param cause null if this side has closed
     */
    void cut(@Nullable Throwable cause) {
        Outstanding write = outstanding.getAndSet(null);
        if (write != null) {
            write.completion().failed(cause == null ? new ClosedChannelException() : cause);
        }
    }

    /** Sends the end of the stream behind the outstanding write. */
    void shutdown() {
        shutdownWanted = true;
        if (outstanding.get() == null) {
            shutdownNow();
        }
    }

    private void shutdownNow() {
        try {
            wire.shutdownOutput();
        } catch (IOException | RuntimeException e) {
            // the peer is gone
        }
    }
}
