package dev.hawser.benchmarks.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** The attackers send what the documentation says. */
class AttackFramesTest {
    @Test
    void oneReadInflatesToMoreThan46MiB() throws DataFormatException {
        ByteBuffer read = ByteBuffer.wrap(AttackFrames.inflating());
        assertTrue(read.remaining() <= 64 * 1024);
        int messages = 0;
        long inflated = 0;
        Inflater inflater = new Inflater(true);
        byte[] out = new byte[1 << 16];
        while (read.hasRemaining()) {
            assertEquals((byte) 0xC1, read.get()); // FIN, RSV1, TEXT
            int length = read.get() & 0x7F;
            assertEquals(0, read.getInt()); // the mask
            byte[] payload = new byte[length + 4];
            read.get(payload, 0, length);
            payload[length + 2] = (byte) 0xFF; // 00 00 ff ff: RFC 7692, 7.2.2
            payload[length + 3] = (byte) 0xFF;
            inflater.reset();
            inflater.setInput(payload);
            inflated += inflater.inflate(out);
            messages++;
        }
        inflater.end();
        assertTrue(messages > 700, messages + " messages");
        assertTrue(inflated > 46L << 20, inflated + " bytes");
    }

    @Test
    void aDrippingPeerNeverEndsItsMessage() {
        assertArrayEquals(new byte[] {0x01, (byte) 0x81, 0, 0, 0, 0, 'a'}, AttackFrames.begin(AttackFrames.TEXT));
        assertArrayEquals(new byte[] {0x00, (byte) 0x81, 0, 0, 0, 0, 'a'}, AttackFrames.goOn());
        // 60,000 bytes promised, one sent
        assertArrayEquals(
                new byte[] {(byte) 0x82, (byte) 0xFE, (byte) 0xEA, 0x60, 0, 0, 0, 0, 'a'},
                AttackFrames.promise(AttackFrames.BINARY));
    }

    @Test
    void anUnfinishedMessageIsOfWholeFramesButItsLast() {
        assertEquals(7 * 3, AttackFrames.fragments(3).length);
        assertArrayEquals(AttackFrames.begin(AttackFrames.TEXT), Arrays.copyOf(AttackFrames.fragments(3), 7));
        byte[] unfinished = AttackFrames.unfinished(60_000);
        byte[] second = Arrays.copyOfRange(unfinished, 60_008, unfinished.length);
        assertArrayEquals(new byte[] {0x00, (byte) 0xFE, 0x0F, (byte) 0xA0, 0, 0, 0, 0}, second); // 4,000 promised
    }

    @Test
    void oneReadIsFullOfWholePings() {
        byte[] pings = AttackFrames.pings();
        assertTrue(pings.length <= 64 * 1024 && pings.length % (125 + 6) == 0, pings.length + " bytes");
        assertEquals((byte) 0x89, pings[125 + 6]);
    }

    @Test
    void anEchoThatWasNotAnsweredTookForEver() {
        long[] nanos = new long[100];
        Arrays.fill(nanos, 2_000_000);
        nanos[17] = 70_000_000;
        assertEquals(2, new Bystander.Echoes(nanos, 100, "").quantile(0.99));
        assertEquals(70, new Bystander.Echoes(nanos, 100, "").quantile(1));
        nanos[98] = Long.MAX_VALUE;
        assertEquals(70, new Bystander.Echoes(nanos, 99, "").quantile(0.99));
        nanos[99] = Long.MAX_VALUE;
        assertEquals(Double.POSITIVE_INFINITY, new Bystander.Echoes(nanos, 98, "").quantile(0.99));
    }
}
