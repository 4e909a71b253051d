package dev.hawser.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The content of messages, made from fixed seeds, so that every run sends the same bytes. */
public enum Content {
    /** Printable ASCII, as text. */
    ASCII(true),
    /** Text with characters of two, three and four bytes. */
    UTF_8(true),
    /** A JSON document of similar records, as text. */
    JSON(true),
    /** Random bytes, as a binary message. */
    BINARY(false);

    private static final String[] CHARACTERS = {"é", "ß", "я", "ω", "語", "水", "€", "한", "😀", "𝄞"};

    private final boolean text;

    Content(boolean text) {
        this.text = text;
    }

    /** Whether these are text messages. */
    public boolean isText() {
        return text;
    }

    /** Payload number {@code variant}, with exactly {@code size} bytes. */
    public byte[] payload(int variant, int size) {
        Random random = new Random(variant * 31L + size);
        return switch (this) {
            case ASCII -> ascii(random, size);
            case UTF_8 -> utf8(random, size);
            case JSON -> json(random, size);
            case BINARY -> {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                yield bytes;
            }
        };
    }

    private static byte[] ascii(Random random, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (' ' + random.nextInt('~' - ' '));
        }
        return bytes;
    }

    private static byte[] utf8(Random random, int size) {
        StringBuilder text = new StringBuilder();
        int length = 0;
        while (true) {
            String next = CHARACTERS[random.nextInt(CHARACTERS.length)];
            length += next.getBytes(StandardCharsets.UTF_8).length;
            if (length > size) {
                return padded(text.toString(), size);
            }
            text.append(next);
        }
    }

    private static byte[] json(Random random, int size) {
        StringBuilder text = new StringBuilder("[");
        while (true) {
            String next = String.format(
                    "{\"id\":%d,\"symbol\":\"%s\",\"price\":%d.%02d,\"quantity\":%d,"
                            + "\"side\":\"%s\",\"venue\":\"XETR\",\"open\":%b},",
                    random.nextInt(1_000_000),
                    "HAWSR".substring(0, 3 + random.nextInt(3)),
                    90 + random.nextInt(20),
                    random.nextInt(100),
                    100 * random.nextInt(50),
                    random.nextBoolean() ? "buy" : "sell",
                    random.nextBoolean());
            if (text.length() + next.length() + 1 > size) {
                return padded(text.append(']').toString(), size);
            }
            text.append(next);
        }
    }

    private static byte[] padded(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] padded = java.util.Arrays.copyOf(bytes, size);
        java.util.Arrays.fill(padded, bytes.length, size, (byte) ' ');
        return padded;
    }
}
