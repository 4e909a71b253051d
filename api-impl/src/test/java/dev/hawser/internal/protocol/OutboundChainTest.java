package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RFC 6455 9.1: several extensions are one to those that use them. */
class OutboundChainTest {
    private final Marking first = new Marking(InboundExtension.RSV2, "first");
    private final Marking second = new Marking(InboundExtension.RSV3, "second");

    private static OutboundExtension chain(OutboundExtension... extensions) {
        return Objects.requireNonNull(OutboundChain.of(List.of(extensions)));
    }

    @Test
    void itsResultsAreEqualIfThoseOfAllAreInTheSameOrder() {
        assertEquals(chain(first, second).sharingKey(), chain(first, second).sharingKey());
        assertEquals(List.of("first", "second"), chain(first, second).sharingKey());
        assertEquals(List.of("second", "first"), chain(second, first).sharingKey());
    }

    @Test
    void itsResultDependsOnEarlierMessagesIfThatOfOneDoes() {
        Marking dependent = new Marking(InboundExtension.RSV1, null);
        assertNull(chain(dependent, first).sharingKey());
        assertNull(chain(first, dependent).sharingKey());
    }

    @Test
    void itClaimsTheBitsOfAll() {
        int all = InboundExtension.RSV2 | InboundExtension.RSV3;
        assertEquals(all, chain(first, second).rsv());
        assertEquals(all, new InboundChain(List.of(first, second)).rsv());
    }

    @Test
    void itClosesEachOnce() {
        OutboundExtension chain = chain(first, second);
        assertEquals(List.of(0, 0), List.of(first.closed, second.closed));
        chain.close();
        assertEquals(List.of(1, 1), List.of(first.closed, second.closed));
    }

    /** Sets its bit, and changes no octet. */
    private static final class Marking implements OutboundExtension, InboundExtension {
        private final int rsv;
        private final @Nullable Object sharingKey;
        int closed;

        Marking(int rsv, @Nullable Object sharingKey) {
            this.rsv = rsv;
            this.sharingKey = sharingKey;
        }

        @Override
        public int rsv() {
            return rsv;
        }

        @Override
        public Scope scope() {
            return Scope.FRAME;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            return new Encoded(rsv, payload, offset, length);
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return rsv != 0;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            while (encoded.hasRemaining() && decoded.hasRemaining()) {
                decoded.put(encoded.get());
            }
            return !encoded.hasRemaining();
        }

        @Override
        public @Nullable Object sharingKey() {
            return sharingKey;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
