package dev.hawser.internal.tomcat;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;

/**
 * Plain bytes as an engine of TLS takes them. Tomcat's engine for OpenSSL by the FFM API reads the array of a heap
 * buffer as if the buffer began with the array's first element, so that a slice would send other bytes; and it wants
 * the array of a read-only buffer, which has none.
 */
final class EngineBuffers {
    private EngineBuffers() {}

    /** Whether the engine is the JDK's, which takes any buffer. */
    static boolean takesAny(SSLEngine engine) {
        return "java.base".equals(engine.getClass().getModule().getName());
    }

    /** Whether other engines may read other bytes than those of the buffer. */
    static boolean isMisread(ByteBuffer buffer) {
        return !buffer.isDirect() && (!buffer.hasArray() || buffer.arrayOffset() != 0);
    }

    /** A buffer that has the first bytes of this one, which stays as it is, and is not misread. */
    static ByteBuffer first(int bytes, ByteBuffer buffer) {
        if (buffer.hasArray()) {
            return ByteBuffer.wrap(buffer.array(), buffer.arrayOffset() + buffer.position(), bytes);
        }
        ByteBuffer slice = buffer.slice(buffer.position(), bytes);
        return buffer.isDirect() ? slice : ByteBuffer.allocate(bytes).put(slice).flip();
    }
}
