package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 6455 5.3, against the loop that the RFC writes down. */
class MaskingTest {
    private final Random random = new Random(53);

    private static byte[] byTheBook(byte[] bytes, int offset, int length, int key, int phase) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < length; i++) {
            masked[offset + i] ^= (byte) (key >>> (24 - 8 * ((phase + i) % 4)));
        }
        return masked;
    }

    @Test
    void agreesWithTheRfcForEveryLengthOffsetAndPhase() {
        for (int length = 0; length < 140; length++) {
            for (int offset = 0; offset < 9; offset++) {
                byte[] bytes = new byte[offset + length + 9];
                random.nextBytes(bytes);
                int key = random.nextInt();
                int phase = random.nextInt(Integer.MAX_VALUE - length);
                byte[] expected = byTheBook(bytes, offset, length, key, phase);

                byte[] inPlace = bytes.clone();
                Masking.mask(inPlace, offset, length, key, phase);
                assertArrayEquals(expected, inPlace, "in place");

                byte[] copy = bytes.clone();
                Arrays.fill(copy, offset, offset + length, (byte) 0);
                Masking.mask(bytes, offset, copy, offset, length, key, phase);
                assertArrayEquals(expected, copy, "copied");

                ByteBuffer direct = Wire.direct(bytes);
                Masking.mask(direct, offset, length, key, phase);
                byte[] fromDirect = new byte[bytes.length];
                direct.get(0, fromDirect);
                assertArrayEquals(expected, fromDirect, "direct buffer");
            }
        }
    }

    @Test
    void piecesMakeTheWhole() {
        byte[] bytes = new byte[200];
        random.nextBytes(bytes);
        byte[] expected = byTheBook(bytes, 0, 200, 0x37fa213d, 0);
        byte[] pieces = bytes.clone();
        for (int at = 0; at < 200; ) {
            int length = Math.min(200 - at, 1 + random.nextInt(40));
            Masking.mask(pieces, at, length, 0x37fa213d, at);
            at += length;
        }
        assertArrayEquals(expected, pieces);
    }
}
