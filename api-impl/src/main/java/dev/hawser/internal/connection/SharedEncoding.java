package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the last long text came to in a sending half without history, so that a loop which sends one String to
 * many sessions compresses it once. Texts only: their UTF-8 comes from {@link EncodedText}, which nobody changes, so
 * that the array's identity says that it is the same text. Thread-safe by publishing an immutable record; a lost race
 * only encodes once more.
 */
final class SharedEncoding {
    private record Shared(byte[] utf8, Object key, OutboundExtension.Encoded encoded) {}

    private volatile @Nullable Shared last;

    /** The same sending half, which looks here first; itself if what it makes depends on its history. */
    @Nullable OutboundExtension sharing(@Nullable OutboundExtension half) {
        Object key = half == null ? null : half.sharingKey();
        return half == null || key == null ? half : new Sharing(this, half, key);
    }

    /** Lets go of what is remembered. Called at the end of each turn. */
    void forget() {
        if (last != null) {
            last = null;
        }
    }

    private record Sharing(SharedEncoding shared, OutboundExtension half, Object key) implements OutboundExtension {
        @Override
        public int rsv() {
            return half.rsv();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // identity is the point
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            boolean sharable =
                    opcode == Opcode.TEXT && fin && length == payload.length && length >= EncodedText.WORTH_REMEMBERING;
            if (!sharable) {
                return half.encode(opcode, fin, payload, offset, length);
            }
            Shared known = shared.last;
            if (known != null && known.utf8 == payload && known.key.equals(key)) {
                return known.encoded;
            }
            Encoded encoded = half.encode(opcode, fin, payload, offset, length);
            shared.last = new Shared(payload, key, encoded);
            return encoded;
        }

        @Override
        public Object sharingKey() {
            return key;
        }

        @Override
        public void close() {
            half.close();
        }
    }
}
