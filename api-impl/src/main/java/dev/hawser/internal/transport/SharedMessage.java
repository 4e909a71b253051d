package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import org.jspecify.annotations.Nullable;

/**
 * One whole message for many queues. Extensions whose results depend on nothing but the message encode it once for all
 * queues that negotiated the same parameters; the payload of a big one is written from where it lies. Immutable but for
 * the encodings that it remembers. Thread-safe: of two threads that encode at the same time each does the work, and one
 * result stays.
 */
public final class SharedMessage {
    /** What a message takes in memory beside its payload: this object, its array, and one encoding. */
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
     * @param payload not to be changed from now on
     */
    public SharedMessage(Opcode kind, byte[] payload) {
        this.kind = kind;
        this.payload = payload;
    }

    /** TEXT or BINARY. */
    public Opcode kind() {
        return kind;
    }

    /** Not to be changed. */
    public byte[] payload() {
        return payload;
    }

    /** The memory that the message holds, in bytes; what it was compressed to does not count. */
    public int heldBytes() {
        return payload.length + OBJECT_BYTES;
    }

    /** What was remembered under an equal key, or null. */
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
