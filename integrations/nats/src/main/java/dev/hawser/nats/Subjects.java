package dev.hawser.nats;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of topics. The name of a topic is one token of a subject: letters, digits, {@code -}, {@code _} and
 * {@code /} stand for themselves, and each other byte of its UTF-8 form is {@code =} and two hexadecimal digits.
 */
final class Subjects {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String prefix;
    private final String delivered;

    /** @throws IllegalArgumentException if the prefix cannot be part of the name of a stream */
    Subjects(String prefix) {
        if (!prefix.matches("[A-Za-z0-9_]{1,32}")) {
            throw new IllegalArgumentException(
                    "a prefix has 1 to 32 letters, digits and underscores, not \"" + prefix + "\"");
        }
        this.prefix = prefix;
        this.delivered = prefix + ".to.";
    }

    String prefix() {
        return prefix;
    }

    /** Where nodes hear of a topic: live messages are published to it, and stored ones by their stream. */
    String delivered(String topic) {
        return delivered + token(topic);
    }

    /** Where messages that are to be stored are published. */
    String stored(Limits limits, String topic) {
        return stored(limits) + token(topic);
    }

    /** The beginning of {@link #stored(Limits, String)}. */
    String stored(Limits limits) {
        return prefix + ".log." + limits.most() + "." + limits.millis() + ".";
    }

    /** The topic of a subject that {@link #delivered} made; null if it is another subject. */
    @Nullable String topic(String subject) {
        if (!subject.startsWith(delivered)) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (int i = delivered.length(); i < subject.length(); i++) {
                char c = subject.charAt(i);
                if (c == '=') {
                    bytes.write(HexFormat.fromHexDigits(subject, i + 1, i + 3));
                    i += 2;
                } else {
                    bytes.write(c);
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String token(String topic) {
        StringBuilder token = new StringBuilder();
        for (byte b : topic.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_/".indexOf(c) >= 0) {
                token.append(c);
            } else {
                token.append('=').append(HEX.toHexDigits(b));
            }
        }
        return token.toString();
    }
}
