package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.extension.Opcode;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, section by section. */
class FrameWriterTest {
    private static final int KEY = 0x37fa213d;

    private static byte[] written(Role role, int byte0, byte[] payload) {
        FrameWriter writer = new FrameWriter(role, () -> KEY);
        int length = FrameWriter.headerLength(role, payload.length) + payload.length;
        ByteBuffer heap =
                ByteBuffer.allocate(length + 5).order(ByteOrder.LITTLE_ENDIAN).position(5);
        ByteBuffer direct = ByteBuffer.allocateDirect(length);
        byte[] padded = Wire.join(new byte[3], payload);
        boolean fin = (byte0 & 0x80) != 0;
        Opcode opcode = java.util.Objects.requireNonNull(Opcode.of(byte0));
        writer.putFrame(heap, fin, byte0 >> 4 & 7, opcode, padded, 3, payload.length);
        writer.putFrame(direct, fin, byte0 >> 4 & 7, opcode, padded, 3, payload.length);
        assertEquals(0, heap.remaining(), "exactly as long as announced");
        assertArrayEquals(Wire.join(new byte[3], payload), padded, "the payload is left as it is");
        byte[] fromDirect = new byte[length];
        direct.flip().get(fromDirect);
        byte[] fromHeap = new byte[length];
        heap.position(5).get(fromHeap);
        assertArrayEquals(fromHeap, fromDirect);
        return fromHeap;
    }

    @Nested
    class Section5_2_BaseFraming {
        @Test
        void theExamplesOfTheRfc() {
            assertArrayEquals(Wire.hex("81 05 48656c6c6f"), written(Role.SERVER, 0x81, Wire.utf8("Hello")));
            assertArrayEquals(Wire.hex("81 85 37fa213d 7f9f4d5158"), written(Role.CLIENT, 0x81, Wire.utf8("Hello")));
            assertArrayEquals(Wire.hex("01 03 48656c"), written(Role.SERVER, 0x01, Wire.utf8("Hel")));
            assertArrayEquals(Wire.hex("80 02 6c6f"), written(Role.SERVER, 0x80, Wire.utf8("lo")));
            assertArrayEquals(Wire.hex("c1 07 f248cdc9c90700"), written(Role.SERVER, 0xC1, Wire.hex("f248cdc9c90700")));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 7, 8, 31, 32, 33, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537})
        void lengthsAreWrittenInTheirShortestForm(int length) {
            byte[] payload = new byte[length];
            new Random(length).nextBytes(payload);
            for (Role role : Role.values()) {
                for (int byte0 : new int[] {0x82, 0x02, 0x00, 0xB1}) {
                    assertArrayEquals(Wire.frame(role, byte0, payload), written(role, byte0, payload));
                }
            }
        }

        @Test
        void lengthsBeyondAnIntAreWritten() {
            ByteBuffer dst = ByteBuffer.allocate(10);
            new FrameWriter(Role.SERVER, () -> 0).putHeader(dst, true, 0, Opcode.BINARY, 1L << 40);
            assertArrayEquals(Wire.hex("82 7f 0000010000000000"), dst.array());
        }

        @Test
        void eachFrameOfAClientHasAFreshKey() {
            int[] next = {0};
            FrameWriter writer = new FrameWriter(Role.CLIENT, () -> next[0] += 0x01020304);
            ByteBuffer dst = ByteBuffer.allocate(12);
            writer.putFrame(dst, true, 0, Opcode.PING, new byte[0], 0, 0);
            assertEquals(0x02040608, writer.putHeader(dst, true, 0, Opcode.PING, 0));
            assertArrayEquals(Wire.hex("89 80 01020304 89 80 02040608"), dst.array());
        }
    }

    @Nested
    class Misuse {
        private final FrameWriter writer = new FrameWriter(Role.CLIENT, () -> KEY);

        @Test
        void controlFramesMustBeFinalAndShort() {
            ByteBuffer dst = ByteBuffer.allocate(200);
            assertThrows(IllegalArgumentException.class, () -> writer.putHeader(dst, false, 0, Opcode.PING, 0));
            assertThrows(IllegalArgumentException.class, () -> writer.putHeader(dst, true, 0, Opcode.PONG, 126));
            assertThrows(IllegalArgumentException.class, () -> writer.putHeader(dst, true, 0, Opcode.TEXT, -1));
            assertEquals(0, dst.position());
        }

        @Test
        void aBufferTooSmallIsNotOverrun() {
            ByteBuffer small = ByteBuffer.wrap(new byte[100], 0, 20);
            assertThrows(
                    RuntimeException.class, () -> writer.putFrame(small, true, 0, Opcode.BINARY, new byte[50], 0, 50));
            assertThrows(
                    BufferOverflowException.class,
                    () -> writer.putFrame(ByteBuffer.allocateDirect(20), true, 0, Opcode.BINARY, new byte[50], 0, 50));
            assertArrayEquals(new byte[80], java.util.Arrays.copyOfRange(small.array(), 20, 100));
        }
    }

    @Nested
    class Section5_5_1_Close {
        @Test
        void payloadIsTheCodeAndTheReason() {
            assertArrayEquals(Wire.hex("03e8"), FrameWriter.closePayload(1000, ""));
            assertArrayEquals(Wire.hex("0fa0 e282ac"), FrameWriter.closePayload(4000, "\u20ac"));
            assertArrayEquals(new byte[0], FrameWriter.closePayload(CloseCode.NO_STATUS, ""));
            assertEquals(125, FrameWriter.closePayload(1000, "x".repeat(123)).length);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 2999, 5000, 66536})
        void codesThatMustNotBeSentAreRefused(int code) {
            assertThrows(IllegalArgumentException.class, () -> FrameWriter.closePayload(code, ""));
        }

        @Test
        void reasonsTooLongAreRefused() {
            assertThrows(IllegalArgumentException.class, () -> FrameWriter.closePayload(1000, "x".repeat(124)));
            assertThrows(IllegalArgumentException.class, () -> FrameWriter.closePayload(1000, "\u20ac".repeat(42)));
            assertThrows(IllegalArgumentException.class, () -> FrameWriter.closePayload(CloseCode.NO_STATUS, "reason"));
        }

        @Test
        void truncatedReasonsEndWithAWholeCodePoint() {
            assertEquals("x".repeat(123), FrameWriter.truncateReason("x".repeat(123)));
            assertEquals("x".repeat(123), FrameWriter.truncateReason("x".repeat(500)));
            assertEquals("\u20ac".repeat(41), FrameWriter.truncateReason("\u20ac".repeat(42)));
            assertEquals("xx" + "\u20ac".repeat(40), FrameWriter.truncateReason("xx" + "\u20ac".repeat(41)));
            assertEquals("\ud83d\ude00".repeat(30), FrameWriter.truncateReason("\ud83d\ude00".repeat(31)));
        }
    }
}
