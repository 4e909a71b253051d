package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers of TLS are used again, and never by two at once. */
class TlsBuffersTest {
    private final TlsBuffers buffers = new TlsBuffers();

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16_384, 17_408})
    void whatWasGivenBackIsTakenAgainEmpty(int size) {
        ByteBuffer first = buffers.allocate(size);
        assertEquals(size, first.capacity());
        first.putLong(1).flip();
        buffers.free(first);
        ByteBuffer second = buffers.allocate(size);
        assertSame(first, second);
        assertEquals(0, second.position());
        assertEquals(size, second.limit());
        assertNotSame(second, buffers.allocate(size));
    }

    @Test
    void aBufferOfAnotherSizeIsNotKept() {
        ByteBuffer odd = buffers.allocate(100);
        assertEquals(100, odd.capacity());
        buffers.free(odd);
        assertNotSame(odd, buffers.allocate(100));
    }
}
