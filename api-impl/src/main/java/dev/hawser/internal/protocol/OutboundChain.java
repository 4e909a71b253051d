package dev.hawser.internal.protocol;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending halves of several extensions in a row, applied in the order of the handshake's response (RFC 6455 9.1).
 */
public final class OutboundChain implements OutboundExtension {
    private final List<OutboundExtension> extensions;
    private final int rsv;

    /**
     * Makes one of several extensions, which are in the order of the handshake's response.
     *
     * @return null if there are none
     * @throws IllegalArgumentException if two claim the same reserved bit
     */
    public static @Nullable OutboundExtension of(List<OutboundExtension> extensions) {
        return switch (extensions.size()) {
            case 0 -> null;
            case 1 -> extensions.get(0);
            default -> new OutboundChain(extensions);
        };
    }

    OutboundChain(List<OutboundExtension> extensions) {
        this.extensions = List.copyOf(extensions);
        int claimed = 0;
        for (OutboundExtension extension : extensions) {
            claimed = InboundChain.claim(claimed, extension.rsv());
        }
        this.rsv = claimed;
    }

    @Override
    public int rsv() {
        return rsv;
    }

    @Override
    public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
        Encoded encoded = new Encoded(0, payload, offset, length);
        for (OutboundExtension extension : extensions) {
            Encoded next = extension.encode(opcode, fin, encoded.bytes(), encoded.offset(), encoded.length());
            encoded = new Encoded(encoded.rsv() | next.rsv(), next.bytes(), next.offset(), next.length());
        }
        return encoded;
    }

    @Override
    public @Nullable Object sharingKey() {
        List<Object> keys = new ArrayList<>();
        for (OutboundExtension extension : extensions) {
            Object key = extension.sharingKey();
            if (key == null) {
                return null;
            }
            keys.add(key);
        }
        return keys;
    }

    @Override
    public void close() {
        extensions.forEach(OutboundExtension::close);
    }
}
