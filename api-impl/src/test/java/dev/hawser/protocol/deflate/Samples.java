package dev.hawser.protocol.deflate;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Payloads of the kinds that are sent: JSON, prose, binary that compresses and binary that does not. Seeded, so the same in each run. */
final class Samples {
    private static final String[] WORDS =
            ("the of and to in a is that it was for on are as with his they at be this have from or one had by word"
                            + " but not what all were we when your can said there use an each which she do how their if will up"
                            + " other about out many then them these so some her would make like him into time has look two more"
                            + " write go see number no way could people my than first water been call who oil its now find long"
                            + " down day did get come made may part harbour vessel mooring line tide current anchor weather"
                            + " bearing captain channel connection message browser server compress window history")
                    .split(" ");

    private Samples() {}

    enum Kind {
        JSON,
        PROSE,
        COMPRESSIBLE,
        NOISE
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
