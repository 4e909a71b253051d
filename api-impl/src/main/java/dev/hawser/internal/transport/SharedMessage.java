package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import org.jspecify.annotations.Nullable;

/**
 * One whole message for many queues. Extensions whose results depend only on the message encode it once for all queues
 * with the same parameters. A big payload is written without a copy. Immutable except for the encodings that it
 * remembers. Thread-safe: if two threads encode at the same time, one of the results stays.
 */
public final class SharedMessage {
    /** The memory of a message without its payload: this object, its array, and one encoding. */
    private static final int OBJECT_BYTES = 96;

    private record Encoding(
            Object key,
            OutboundExtension.Encoded encoded,
            @Nullable Encoding next) {}

    private final Opcode kind;
    private final byte[] payload;
    private volatile @Nullable Encoding encodings;

    /**
     * @param kind TEXT or BINARY
     * @param payload must not be changed from now on
     */
    public SharedMessage(Opcode kind, byte[] payload) {
        this.kind = kind;
        this.payload = payload;
    }

    /** TEXT or BINARY. */
    public Opcode kind() {
        return kind;
    }

    /** The payload, which must not be changed. */
    public byte[] payload() {
        return payload;
    }

    /** The memory of the message in bytes, without its encodings. */
    public int heldBytes() {
        return payload.length + OBJECT_BYTES;
    }

    /** The encoding for an equal key, or null. */
    OutboundExtension.@Nullable Encoded encoded(Object key) {
        for (Encoding known = encodings; known != null; known = known.next) {
            if (known.key.equals(key)) {
                return known.encoded;
            }
        }
        return null;
    }

    void remember(Object key, OutboundExtension.Encoded encoded) {
        encodings = new Encoding(key, encoded, encodings);
    }
}
