package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** UTF-8 checked against the JDK's own strict decoder. */
class Utf8ValidatorTest {
    private final CharsetDecoder reference = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(64);
    private final Utf8Validator validator = new Utf8Validator();

    /** -1 if the octets are UTF-8, the length of the valid beginning if not. */
    private int validLength(byte[] bytes) {
        chars.clear();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = reference.reset().decode(in, chars, true);
        return result.isError() ? in.position() : -1;
    }

    private void assertAgrees(byte[] bytes) {
        validator.reset();
        int bad = validator.firstBad(bytes, 0, bytes.length);
        boolean valid = bad < 0 && validator.isComplete();
        int expected = validLength(bytes);
        if (valid != (expected < 0)) {
            assertEquals(expected < 0, valid, Wire.hex(bytes));
        }
        if (bad >= 0 && (bad < expected || bad > expected + 3)) {
            assertEquals(expected, bad, "far from the malformed sequence in " + Wire.hex(bytes));
        }
    }

    @Test
    void agreesWithTheJdkOnAllSequencesOfOneToThreeOctets() {
        for (int i = 0; i < 1 << 8; i++) {
            assertAgrees(new byte[] {(byte) i});
        }
        for (int i = 0; i < 1 << 16; i++) {
            assertAgrees(new byte[] {(byte) (i >> 8), (byte) i});
        }
        for (int i = 0x800000; i < 1 << 24; i++) { // those that begin with ASCII are sequences of two
            assertAgrees(new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i});
        }
    }

    @Test
    void agreesWithTheJdkOnRandomSequencesOfFourOctets() {
        Random random = new Random(4);
        for (int i = 0; i < 2_000_000; i++) {
            // around the borders of the legal ranges, where mistakes would be
            byte[] bytes = {
                (byte) (0xEE + random.nextInt(10)),
                (byte) random.nextInt(256),
                (byte) (0x7E + random.nextInt(68)),
                (byte) (0x7E + random.nextInt(68))
            };
            assertAgrees(bytes);
        }
    }

    @Test
    void agreesWithTheJdkOnLongerTextWithOneOctetChanged() {
        byte[] text =
                Wire.utf8("plain ascii for eight and more, \u00e4\u00f6\u00fc, \u20ac\u4e16\u754c, \ud83d\ude00 end");
        for (int at = 0; at < text.length; at++) {
            for (int octet = 0; octet < 256; octet++) {
                byte[] changed = text.clone();
                changed[at] = (byte) octet;
                assertAgrees(changed);
            }
        }
    }

    @Test
    void failsOnTheFirstOctetFromWhichNothingCanFollow() {
        String[] bad = { // the last octet of each is the bad one
            "80",
            "bf",
            "c0",
            "c1",
            "f5",
            "ff",
            "c27f",
            "c2c0",
            "e09f",
            "eda0",
            "e18041",
            "f08f",
            "f490",
            "f18080c0",
            "fe"
        };
        for (String example : bad) {
            byte[] bytes = Wire.hex("6162636465666768 69" + example);
            validator.reset();
            assertEquals(-1, validator.firstBad(bytes, 0, bytes.length - 1), example);
            assertEquals(bytes.length - 1, validator.firstBad(bytes, bytes.length - 1, bytes.length), example);
        }
    }

    @Test
    void knowsHowManyOctetsOfACodePointArePending() {
        byte[] bytes = Wire.hex("61 f09f9880 e282ac c3a4");
        int[] pending = {0, 1, 2, 3, 0, 1, 2, 0, 1, 0};
        validator.reset();
        for (int i = 0; i < bytes.length; i++) {
            assertEquals(-1, validator.firstBad(bytes, i, i + 1));
            assertEquals(pending[i], validator.pending(), "after octet " + i);
            assertEquals(pending[i] == 0, validator.isComplete());
        }
    }

    @Test
    void resetForgetsAnIncompleteCodePoint() {
        validator.firstBad(Wire.hex("e282"), 0, 2);
        assertFalse(validator.isComplete());
        validator.reset();
        assertTrue(validator.isComplete());
        assertEquals(-1, validator.firstBad(Wire.hex("61"), 0, 1));
    }
}
