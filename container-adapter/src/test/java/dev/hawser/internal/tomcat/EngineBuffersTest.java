package dev.hawser.internal.tomcat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Buffers for an engine that looks at a heap buffer's array from its first element. */
class EngineBuffersTest {
    private static final byte[] BYTES = "0123456789".getBytes(StandardCharsets.US_ASCII);

    private static ByteBuffer direct() {
        return ByteBuffer.allocateDirect(BYTES.length).put(BYTES).flip();
    }

    /** What such an engine encrypts. */
    private static String seen(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        if (buffer.isDirect()) {
            buffer.duplicate().get(bytes);
        } else {
            System.arraycopy(buffer.array(), buffer.position(), bytes, 0, bytes.length);
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void aSliceOfTheHeapAndAReadOnlyBufferAreMisread() {
        assertFalse(EngineBuffers.isMisread(ByteBuffer.wrap(BYTES, 3, 4)));
        assertFalse(EngineBuffers.isMisread(direct().slice(3, 4)));
        assertFalse(EngineBuffers.isMisread(direct().asReadOnlyBuffer()));
        assertTrue(EngineBuffers.isMisread(ByteBuffer.wrap(BYTES).slice(3, 4)));
        assertTrue(EngineBuffers.isMisread(ByteBuffer.wrap(BYTES).asReadOnlyBuffer()));
    }

    @Test
    void theFirstBytesOfAnyBufferAreSeenAsTheyAre() {
        ByteBuffer heap = ByteBuffer.wrap(BYTES);
        for (ByteBuffer whole :
                new ByteBuffer[] {heap, heap.asReadOnlyBuffer(), direct(), direct().asReadOnlyBuffer()}) {
            for (ByteBuffer buffer :
                    new ByteBuffer[] {whole.slice(2, 8), whole.duplicate().position(2)}) {
                assertEquals("234", seen(EngineBuffers.first(3, buffer)), whole::toString);
                assertEquals(8, buffer.remaining(), "it stays as it is");
                buffer.position(buffer.position() + 1);
                assertEquals("3456789", seen(EngineBuffers.first(7, buffer)), whole::toString);
            }
        }
    }
}
