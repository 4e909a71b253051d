package dev.hawser.internal.coder;

import jakarta.websocket.DecodeException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes a handler's argument from the payload of a message. */
@FunctionalInterface
public interface Conversion {
    /**
     * Converts one payload.
     *
     * @param payload a {@code String}, {@code byte[]}, {@code Reader} or {@code InputStream}, depending on the
     *     handler's delivery
     * @return the argument; null only if a decoder of the application returned null
     * @throws DecodeException if the payload cannot be converted; a runtime exception of a decoder becomes its cause
     * @throws IOException what a stream decoder threw
     */
    @Nullable Object convert(Object payload) throws DecodeException, IOException;
}
