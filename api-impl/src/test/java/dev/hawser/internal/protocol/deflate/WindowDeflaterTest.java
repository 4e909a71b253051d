package dev.hawser.internal.protocol.deflate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What our own deflater writes, read by zlib, which tells whether it is right, and by {@link DeflateReader}, which
 * tells how far it refers back.
 */
class WindowDeflaterTest {
    private static final List<Samples.Kind> KINDS = List.of(Samples.Kind.values());

    private static byte[] flushed(WindowDeflater deflater, byte[] message, int... fragmentEnds) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        int at = 0;
        for (int end : fragmentEnds) {
            BitOutput out = new BitOutput(new byte[16]);
            deflater.deflate(message, at, end - at, new DeflateBlock(), out);
            wire.write(out.bytes(), 0, out.count());
            at = end;
        }
        byte[] all = wire.toByteArray();
        assertArrayEquals(
                new byte[] {0, 0, -1, -1}, Arrays.copyOfRange(all, all.length - 4, all.length), "a sync flush");
        return all;
    }

    private static byte[] inflated(Inflater inflater, byte[] stream, int length) throws DataFormatException {
        inflater.setInput(stream);
        byte[] out = new byte[length + 1];
        int count = 0;
        for (int more = 1; more > 0 && count < out.length; count += more) {
            more = inflater.inflate(out, count, out.length - count);
        }
        return Arrays.copyOf(out, count);
    }

    /**
     * Messages of every kind and size, in fragments, each referring to those before, through one inflater to the end.
     */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void zlibReadsItAndNoDistanceIsLongerThanTheWindow(int bits) throws DataFormatException {
        Random random = new Random(bits);
        WindowDeflater deflater = new WindowDeflater();
        for (int level = 1; level <= 9; level++) {
            Inflater inflater = new Inflater(true);
            DeflateReader reader = new DeflateReader();
            deflater.begin(bits, level);
            for (int i = 0; i < 24; i++) {
                Samples.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                int size = 1 + random.nextInt(i % 6 == 5 ? 200_000 : 3 << bits);
                byte[] message = Samples.of(kind, size, i % 2);
                int[] ends = random.ints(random.nextInt(4), 0, size).sorted().toArray();
                ends = Arrays.copyOf(ends, ends.length + 1);
                ends[ends.length - 1] = size;
                byte[] wire = flushed(deflater, message, ends);
                assertArrayEquals(message, inflated(inflater, wire, size), kind + " of " + size + ", level " + level);
                assertArrayEquals(message, reader.message(Arrays.copyOf(wire, wire.length - 4)));
            }
            inflater.end();
            assertTrue(reader.longestDistance() <= 1 << bits, "distance " + reader.longestDistance());
            assertTrue(
                    reader.longestDistance() > (1 << bits) * 0.9, "it proves something: " + reader.longestDistance());
        }
    }

    /** A repetition just within the window is found, and one octet further it must not be. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void theWindowIsUsedToItsLastOctetAndNotBeyond(int bits) {
        int window = 1 << bits;
        for (int distance : new int[] {window - 1, window, window + 1}) {
            byte[] message = new byte[distance + 100];
            new Random(7).nextBytes(message);
            System.arraycopy(message, 0, message, distance, 100);
            WindowDeflater deflater = new WindowDeflater();
            deflater.begin(bits, 9);
            byte[] wire = flushed(deflater, message, message.length);
            DeflateReader reader = new DeflateReader();
            assertArrayEquals(message, reader.message(Arrays.copyOf(wire, wire.length - 4)));
            if (distance <= window) {
                assertEquals(distance, reader.longestDistance());
            } else {
                assertTrue(reader.longestDistance() < window, "longest distance " + reader.longestDistance());
            }
        }
    }

    /** Nothing of what it was told to forget is referred to. */
    @Test
    void whatAnotherMessageLeftInItIsNotReferredTo() throws DataFormatException {
        WindowDeflater deflater = new WindowDeflater();
        byte[] message = Samples.of(Samples.Kind.NOISE, 400, 5);
        for (int i = 0; i < 3; i++) {
            deflater.begin(10, 6);
            byte[] wire = flushed(deflater, message, message.length);
            assertTrue(wire.length > 400, "as if it were the first: " + wire.length);
            Inflater inflater = new Inflater(true);
            assertArrayEquals(message, inflated(inflater, wire, 400));
            inflater.end();
        }
    }

    /** Borders of its slides, in the middle of matches that are longer than the smallest window. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 14, 15})
    void longRunsOverTheBordersOfItsBuffer(int bits) throws DataFormatException {
        for (int period : new int[] {1, 2, 3, 100, 255, 256, 257, 300}) {
            byte[] message = new byte[300_000];
            for (int i = 0; i < message.length; i++) {
                message[i] = (byte) (i % period * 7);
            }
            WindowDeflater deflater = new WindowDeflater();
            deflater.begin(bits, 6);
            byte[] wire = flushed(deflater, message, 1, 65_534, 65_535, 65_536, 131_072, message.length);
            Inflater inflater = new Inflater(true);
            assertArrayEquals(message, inflated(inflater, wire, message.length));
            inflater.end();
            assertTrue(period > 1 << bits || wire.length < 4000, "period " + period + ": " + wire.length);
        }
    }

    /** Each octet twice as often as the one before: Huffman's own code would be longer than DEFLATE's 15 bits. */
    @Test
    void codesThatWouldBeTooLongAreLimited() throws DataFormatException {
        ByteArrayOutputStream skewed = new ByteArrayOutputStream();
        int before = 1;
        int often = 1;
        for (int octet = 0; octet < 20; octet++) {
            byte[] run = new byte[often];
            Arrays.fill(run, (byte) (octet * 11));
            skewed.writeBytes(run);
            often += before;
            before = often - before;
        }
        byte[] message = shuffled(skewed.toByteArray());
        WindowDeflater deflater = new WindowDeflater();
        deflater.begin(8, 1);
        byte[] wire = flushed(deflater, message, message.length);
        Inflater inflater = new Inflater(true);
        assertArrayEquals(message, inflated(inflater, wire, message.length));
        inflater.end();

        HuffmanCode code = new HuffmanCode(30, 15);
        for (int symbol = 0, a = 1, b = 1; symbol < 30; symbol++, b += a, a = b - a) {
            code.frequencies[symbol] = a;
        }
        code.make();
        double space = Arrays.stream(code.lengths)
                .mapToDouble(length -> Math.pow(2, -length))
                .sum();
        assertEquals(1.0, space, "a complete code: " + Arrays.toString(code.lengths));
        assertEquals(15, Arrays.stream(code.lengths).max().orElseThrow());
    }

    private static byte[] shuffled(byte[] octets) {
        Random random = new Random(3);
        for (int i = octets.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            byte swapped = octets[i];
            octets[i] = octets[other];
            octets[other] = swapped;
        }
        return octets;
    }

    @Test
    void whatDoesNotCompressIsStored() throws DataFormatException {
        byte[] noise = Samples.of(Samples.Kind.NOISE, 200_000, 1);
        WindowDeflater deflater = new WindowDeflater();
        deflater.begin(12, 6);
        byte[] wire = flushed(deflater, noise, noise.length);
        assertTrue(wire.length < noise.length + 200, "length " + wire.length);
        Inflater inflater = new Inflater(true);
        assertArrayEquals(noise, inflated(inflater, wire, noise.length));
        inflater.end();
    }

    /**
     * But for three in a hundred, also after its buffer has slid many times and positions have come round 2^16 again
     * and again.
     */
    @Test
    void itCompressesAsZlibDoes() {
        byte[] json = Samples.of(Samples.Kind.JSON, 400_000, 1);
        WindowDeflater deflater = new WindowDeflater();
        deflater.begin(14, 6);
        int ours = flushed(deflater, json, json.length).length;
        Deflater zlib = new Deflater(6, true);
        int theirs = 0;
        for (int at = 0; at < json.length; at += 16_384) { // what is one window long, zlib makes in the same window
            zlib.reset();
            if (at > 0) {
                zlib.setDictionary(json, at - 16_384, 16_384);
            }
            zlib.setInput(json, at, Math.min(16_384, json.length - at));
            theirs += zlib.deflate(new byte[20_000], 0, 20_000, Deflater.SYNC_FLUSH);
        }
        zlib.end();
        assertTrue(ours <= theirs * 1.03, ours + " bytes; zlib " + theirs);
    }
}
