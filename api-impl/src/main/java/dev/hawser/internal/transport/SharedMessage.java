package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One whole message for many queues. Extensions whose results depend only on the message encode it once for all queues
 * with the same parameters. All queues of servers refer to the same frame. Immutable except for the encodings that it
 * remembers. Thread-safe: if two threads encode at the same time, one of the results stays.
 */
public final class SharedMessage {
    /** The memory of a message without its payload: these objects, the array, and one encoding. */
    private static final int OBJECT_BYTES = 96;

    /** The frame for all queues whose extensions have an equal key. */
    record Encoding(Object key, SharedFrame frame, @Nullable Encoding next) {}

    private final Opcode kind;
    private final SharedFrame plain;
    private volatile @Nullable Encoding encodings;

    /**
     * @param kind TEXT or BINARY
     * @param payload must not be changed from now on
     */
    public SharedMessage(Opcode kind, byte[] payload) {
        this.kind = kind;
        this.plain = SharedFrame.of(kind, 0, payload, 0, payload.length);
    }

    /** TEXT or BINARY. */
    public Opcode kind() {
        return kind;
    }

    /** The payload; the buffer is the caller's, its bytes must not be changed. */
    public ByteBuffer payload() {
        return plain.payload();
    }

    /** The length of the payload in bytes. */
    public int length() {
        return plain.length;
    }

    /** The memory of the message in bytes, without its encodings. */
    public int heldBytes() {
        return plain.bytes.length + OBJECT_BYTES;
    }

    /** The frame for queues without extensions. */
    SharedFrame plain() {
        return plain;
    }

    /** The encoding for an equal key, or null. */
    @Nullable Encoding encoded(Object key) {
        for (Encoding known = encodings; known != null; known = known.next) {
            if (known.key == key || known.key.equals(key)) {
                return known;
            }
        }
        return null;
    }

    void remember(Object key, SharedFrame frame) {
        encodings = new Encoding(key, frame, encodings);
    }
}
