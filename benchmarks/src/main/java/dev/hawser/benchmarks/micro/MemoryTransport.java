package dev.hawser.benchmarks.micro;

import dev.hawser.internal.transport.Transport;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A transport without a network: reads return the bytes of {@link #arrive}, and written bytes are counted and dropped.
 * It is not the {@code FakeTransport} of api-impl's tests, because it is part of what is measured, and so has no lock
 * and keeps and copies nothing.
 */
final class MemoryTransport implements Transport {
    private final AtomicLong written = new AtomicLong();
    private byte[] arrived = new byte[0];
    private int at;
    /** Set by the thread that demands a read, which may be a callback's. */
    private volatile boolean demanded;

    /** Lets the next reads find these bytes. */
    void arrive(byte[] bytes) {
        arrived = bytes;
        at = 0;
    }

    /** The bytes written so far. */
    long written() {
        return written.get();
    }

    @Override
    public int read(ByteBuffer unread) {
        if (!unread.hasRemaining()) {
            unread.clear().flip();
        }
        int end = unread.limit();
        int count = Math.min(unread.capacity() - end, arrived.length - at);
        System.arraycopy(arrived, at, unread.array(), unread.arrayOffset() + end, count);
        unread.limit(end + count);
        at += count;
        return count;
    }

    @Override
    public void demandRead() {
        demanded = true;
    }

    /** Whether the listener must be told that there is something to read: once for each demand. */
    boolean takeReadable() {
        if (!demanded || at == arrived.length) {
            return false;
        }
        demanded = false;
        return true;
    }

    @Override
    public void write(WriteCompletion completion, ByteBuffer... buffers) {
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
            buffer.position(buffer.limit());
        }
        written.addAndGet(bytes);
        completion.written();
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}

    @Override
    public void abort() {}

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return null;
    }
}
