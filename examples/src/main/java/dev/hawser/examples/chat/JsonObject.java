package dev.hawser.examples.chat;

import java.util.StringJoiner;

/**
 * Writes one JSON object (RFC 8259), member by member. Not thread-safe.
 *
 * <p>The server of this chat only writes JSON, so it needs no library; the browser reads it with {@code JSON.parse}.
 */
final class JsonObject {
    private final StringJoiner members = new StringJoiner(",", "{", "}");

    JsonObject put(String name, String value) {
        members.add(quoted(name) + ":" + quoted(value));
        return this;
    }

    JsonObject put(String name, long value) {
        members.add(quoted(name) + ":" + value);
        return this;
    }

    @Override
    public String toString() {
        return members.toString();
    }

    /**
     * A string literal. By RFC 8259 section 7 the quotation mark, the backslash and U+0000 to U+001F must be escaped.
     */
    private static String quoted(String value) {
        StringBuilder literal = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                literal.append('\\').append(c);
            } else if (c < 0x20) {
                literal.append(String.format("\\u%04x", (int) c));
            } else {
                literal.append(c);
            }
        }
        return literal.append('"').toString();
    }
}
