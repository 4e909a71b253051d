package dev.hawser.internal.connection;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the result of the last long text in a sending half without history, so that a loop that sends one String to
 * many sessions compresses it once. Only for texts: their UTF-8 comes from {@link EncodedText} and is never changed, so
 * the same array is the same text. Thread-safe: it publishes an immutable record, and a lost race only encodes once
 * more.
 */
final class SharedEncoding {
    private record Shared(byte[] utf8, Object key, OutboundExtension.Encoded encoded) {}

    private volatile @Nullable Shared last;

    /** The sending half with a lookup here first; the half itself if its result depends on its history. */
    @Nullable OutboundExtension sharing(@Nullable OutboundExtension half) {
        Object key = half == null ? null : half.sharingKey();
        return half == null || key == null ? half : new Sharing(this, half, key);
    }

    /** Forgets the result. Called at the end of each turn. */
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
        @SuppressWarnings("ReferenceEquality") // the same array is the same text
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
