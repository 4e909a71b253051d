package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension.Encoded;
import dev.hawser.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Our deflating half, {@link WindowDeflater} above all, read by java.util.zip, and by {@link DeflateReader}, which
 * tells how far it refers back. Messages in fragments come out as they went in, no distance is longer than the window,
 * and none reaches into what must have been forgotten.
 */
public final class DeflaterFuzz {
    private final FuzzInput input;
    private final boolean takeover;
    private final int windowBits;
    private final MessageDeflater deflater;
    /** All messages so far, as far as a distance reaches, which later ones repeat pieces of. */
    private byte[] sent = new byte[0];

    private Inflater inflater = new Inflater(true);
    private DeflateReader reader = new DeflateReader();

    private DeflaterFuzz(FuzzInput input, DeflateCodecs codecs) {
        this.input = input;
        takeover = input.yes();
        windowBits = 15 - input.below(8);
        int level = 1 + input.below(9);
        int minSize = input.oneOf(0, 1, 50);
        deflater = new MessageDeflater(
                codecs, new DeflatePolicy(level, minSize, takeover, true, 15), takeover, windowBits);
    }

    public static void fuzzerTestOneInput(byte[] octets) {
        try (DeflateCodecs codecs = new DeflateCodecs(1)) {
            DeflaterFuzz fuzz = new DeflaterFuzz(new FuzzInput(octets), codecs);
            try {
                for (int messages = 0; messages < 20 && !fuzz.input.isEmpty(); messages++) {
                    fuzz.message();
                }
            } catch (DataFormatException e) {
                throw new AssertionError("zlib does not read what we wrote", e);
            } finally {
                fuzz.deflater.close();
                fuzz.inflater.end();
            }
            codecs.close();
            if (codecs.liveDeflaters() > 0) {
                throw new AssertionError(codecs.liveDeflaters() + " deflaters are alive");
            }
        }
    }

    private void message() throws DataFormatException {
        byte[] message = composed();
        int fragments = input.oneOf(1, 1, 2, 5);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        boolean compressed = false;
        int at = 0;
        for (int i = 0; i < fragments; i++) {
            boolean fin = i == fragments - 1;
            int length = fin ? message.length - at : input.below(message.length - at + 1);
            byte[] padded = new byte[length + 3];
            System.arraycopy(message, at, padded, 2, length);
            at += length;
            Encoded encoded = deflater.encode(i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, fin, padded, 2, length);
            if (i > 0 && encoded.rsv() != 0) {
                throw new AssertionError("a reserved bit on a continuation frame");
            }
            compressed |= encoded.rsv() != 0;
            payload.write(encoded.bytes(), encoded.offset(), encoded.length());
        }
        byte[] read = compressed ? inflated(payload.toByteArray(), message.length) : payload.toByteArray();
        if (!Arrays.equals(message, read)) {
            throw new AssertionError(message.length + " octets went in, and others came out: " + read.length);
        }
        byte[] all = Arrays.copyOf(sent, sent.length + message.length);
        System.arraycopy(message, 0, all, sent.length, message.length);
        sent = Arrays.copyOfRange(all, Math.max(0, all.length - 70_000), all.length);
    }

    private byte[] inflated(byte[] payload, int length) throws DataFormatException {
        if (!takeover) {
            inflater.reset();
            reader = new DeflateReader();
        }
        byte[] byReader = reader.message(payload);
        if (reader.longestDistance() > 1 << windowBits) {
            throw new AssertionError("a distance of " + reader.longestDistance() + " in a window of 2^" + windowBits);
        }
        byte[] stream = Arrays.copyOf(payload, payload.length + 4);
        stream[payload.length + 2] = -1;
        stream[payload.length + 3] = -1;
        inflater.setInput(stream);
        byte[] out = new byte[length + 1];
        int count = 0;
        for (int more = 1; more > 0 && count < out.length; count += more) {
            more = inflater.inflate(out, count, out.length - count);
        }
        byte[] byZlib = Arrays.copyOf(out, count);
        if (inflater.getRemaining() > 0 || !Arrays.equals(byReader, byZlib)) {
            throw new AssertionError("zlib and the reader of RFC 1951 do not agree");
        }
        return byZlib;
    }

    /** Pieces: octets of the input, runs, noise, and repetitions of what was there before. */
    private byte[] composed() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int pieces = input.below(12); pieces >= 0 && message.size() < 20_000 && !input.isEmpty(); pieces--) {
            switch (input.below(4)) {
                case 0 -> message.writeBytes(input.octets(input.octet()));
                case 1 -> {
                    byte[] run = new byte[input.below(4_000)];
                    Arrays.fill(run, (byte) input.octet());
                    message.writeBytes(run);
                }
                case 2 -> {
                    byte[] noise = new byte[input.below(4_000)];
                    new Random(input.octet()).nextBytes(noise);
                    int kept = input.oneOf(0xFF, 0x0F, 0x81);
                    for (int i = 0; i < noise.length; i++) {
                        noise[i] &= (byte) kept;
                    }
                    message.writeBytes(noise);
                }
                default -> {
                    byte[] here = message.toByteArray();
                    byte[] all = Arrays.copyOf(sent, sent.length + here.length);
                    System.arraycopy(here, 0, all, sent.length, here.length);
                    int distance = input.below(40_000);
                    int from = Math.max(0, all.length - distance);
                    message.write(all, from, Math.min(all.length - from, input.below(600)));
                }
            }
        }
        return message.toByteArray();
    }
}
