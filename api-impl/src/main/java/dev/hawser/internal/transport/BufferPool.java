package dev.hawser.internal.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Heap buffers of one size that are borrowed while bytes are read or written, so that an idle connection holds none.
 * Thread-safe without locks. It keeps at most {@value #SLOTS} buffers; further ones go to the garbage collector.
 */
public final class BufferPool {
    /** The size for frames that wait to be written; many sessions may hold such a buffer. */
    public static final int WRITE_SIZE = 16 * 1024;

    /** The size for reading: a message of 64 KiB comes with its header in one read. */
    public static final int READ_SIZE = 64 * 1024 + 64;

    private static final int SLOTS = 64;
    private static final int PROBES = 4;

    private final AtomicReferenceArray<@Nullable ByteBuffer> slots = new AtomicReferenceArray<>(SLOTS);
    private final int size;

    /** @param size the capacity of every buffer, in bytes */
    public BufferPool(int size) {
        this.size = size;
    }

    /** An empty buffer for {@link Transport#read}: position and limit are 0. */
    public ByteBuffer borrowForReading() {
        ByteBuffer buffer = take();
        buffer.limit(0);
        return buffer;
    }

    /** A buffer to put bytes into: position 0, limit at its capacity. */
    public ByteBuffer borrowForWriting() {
        return take();
    }

    /** Gives a borrowed buffer back; the caller must not use it again. */
    public void giveBack(ByteBuffer buffer) {
        buffer.clear();
        int start = home();
        for (int probe = 0; probe < PROBES; probe++) {
            if (slots.compareAndSet((start + probe) % SLOTS, null, buffer)) {
                return;
            }
        }
    }

    private ByteBuffer take() {
        int start = home();
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = (start + probe) % SLOTS;
            if (slots.get(slot) != null) {
                ByteBuffer buffer = slots.getAndSet(slot, null);
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return ByteBuffer.allocate(size);
    }

    /**
     * The slot at which a thread starts to search. It differs between threads, so that an event loop finds the buffer
     * that it gave back last, which is still in its cache.
     */
    @SuppressWarnings("deprecation") // threadId() is Java 19
    private static int home() {
        return (int) (Thread.currentThread().getId() * PROBES % SLOTS);
    }
}
