package dev.hawser.internal.protocol.deflate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Payloads of the kinds that are sent: short lines with letters of many alphabets, JSON, prose, binary that compresses
 * and binary that does not. Seeded, so the same in each run.
 */
final class Samples {
    private static final String[] WORDS =
            ("the of and to in a is that it was for on are as with his they at be this have from or one had by word"
                            + " but not what all were we when your can said there use an each which she do how their if will up"
                            + " other about out many then them these so some her would make like him into time has look two more"
                            + " write go see number no way could people my than first water been call who oil its now find long"
                            + " down day did get come made may part harbour vessel mooring line tide current anchor weather"
                            + " bearing captain channel connection message browser server compress window history")
                    .split(" ");

    /** Two {@code char}s each: signs of two, three and four octets. */
    private static final String FURTHER = "\uD83D\uDE00\uD83D\uDEA2\u00E9\u0020\u20AC\u0020\u4E16\u0020\uD83D\uDC4D";

    private Samples() {}

    enum Kind {
        SHORT_LINES,
        JSON,
        PROSE,
        COMPRESSIBLE,
        NOISE;

        boolean isText() {
            return this != COMPRESSIBLE && this != NOISE;
        }
    }

    static byte[] of(Kind kind, int size, long seed) {
        Random random = new Random(seed);
        if (kind == Kind.COMPRESSIBLE || kind == Kind.NOISE) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            if (kind == Kind.COMPRESSIBLE) {
                for (int i = 64; i < size; i++) {
                    bytes[i] = random.nextInt(20) == 0 ? bytes[i] : bytes[i - 64];
                }
            }
            return bytes;
        }
        if (kind == Kind.SHORT_LINES) {
            return lines(size, random);
        }
        StringBuilder text = new StringBuilder(size + 200);
        while (text.length() < size) {
            if (kind == Kind.JSON) {
                json(text, random);
            } else {
                text.append(word(random)).append(random.nextInt(12) == 0 ? ". " : random.nextInt(9) == 0 ? ", " : " ");
            }
        }
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    /** UTF-8 of exactly this size: what people type, a few words a line, one letter in eight beyond ASCII. */
    private static byte[] lines(int size, Random random) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(size + 100);
        while (octets.size() < size) {
            StringBuilder line = new StringBuilder(word(random)).append(' ').append(word(random));
            for (int i = random.nextInt(4); i > 0; i--) {
                line.appendCodePoint(FURTHER.codePointAt(2 * random.nextInt(FURTHER.length() / 2)));
            }
            octets.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }
        byte[] all = octets.toByteArray();
        int end = size;
        while (end > 0 && end < all.length && (all[end] & 0xC0) == 0x80) {
            end--; // no code point is cut
        }
        Arrays.fill(all, end, all.length, (byte) '.');
        return Arrays.copyOf(all, size);
    }

    private static String word(Random random) {
        double skew = random.nextDouble();
        return WORDS[(int) (skew * skew * WORDS.length)];
    }

    private static void json(StringBuilder text, Random random) {
        text.append("{\"id\":").append(random.nextInt(1_000_000));
        text.append(",\"symbol\":\"")
                .append(word(random))
                .append("\",\"price\":")
                .append(random.nextInt(100_000) / 100.0);
        text.append(",\"volume\":")
                .append(random.nextInt(5000))
                .append(",\"side\":\"")
                .append(random.nextBoolean() ? "buy" : "sell");
        text.append("\",\"time\":\"2026-11-")
                .append(10 + random.nextInt(20))
                .append("T1")
                .append(random.nextInt(10))
                .append(":")
                .append(10 + random.nextInt(50))
                .append(":00Z\",\"note\":\"")
                .append(word(random))
                .append(' ')
                .append(word(random));
        text.append("\",\"active\":").append(random.nextBoolean()).append("}\n");
    }
}
