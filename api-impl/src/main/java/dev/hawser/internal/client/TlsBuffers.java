package dev.hawser.internal.client;

import dev.hawser.internal.transport.BufferPool;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import tlschannel.BufferAllocator;

/**
 * The buffers of tls-channel, which takes one for each read and each write, and gives it back when that is empty: new
 * ones would be 30 KB of garbage for a message. Thread-safe.
 */
final class TlsBuffers implements BufferAllocator {
    /** tls-channel begins with the first size, doubles what is too small, and ends with the last, for any record. */
    private static final int[] SIZES = {4 * 1024, 8 * 1024, 16 * 1024, 17 * 1024};

    private final BufferPool[] pools =
            IntStream.of(SIZES).mapToObj(BufferPool::new).toArray(BufferPool[]::new);

    /** A buffer of this capacity, empty, at its beginning. */
    @Override
    public ByteBuffer allocate(int size) {
        for (int i = 0; i < SIZES.length; i++) {
            if (SIZES[i] == size) {
                return pools[i].borrowForWriting();
            }
        }
        return ByteBuffer.allocate(size);
    }

    /**
     * Called once for each buffer, which is not used any more. Nothing is called once the buffer is in a pool, since a
     * StackOverflowError would make tls-channel give it back again, and two connections would have it.
     */
    @Override
    public void free(ByteBuffer buffer) {
        int size = buffer.capacity();
        for (int i = 0; i < SIZES.length; i++) {
            if (SIZES[i] == size) {
                pools[i].giveBack(buffer);
                return;
            }
        }
    }
}
