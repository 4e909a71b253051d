package dev.hawser.examples.json;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes one JSON object (RFC 8259), member by member. Not thread-safe.
 *
 * <p>The endpoints here only write JSON, so they need no library; the browser reads it with {@code JSON.parse}.
 */
public final class JsonObject {
    private final StringJoiner members = new StringJoiner(",", "{", "}");

    /** Adds a string. */
    public JsonObject put(String name, String value) {
        members.add(quoted(name) + ":" + quoted(value));
        return this;
    }

    /** Adds a number. */
    public JsonObject put(String name, long value) {
        members.add(quoted(name) + ":" + value);
        return this;
    }

    /** Adds an object. */
    public JsonObject put(String name, JsonObject value) {
        members.add(quoted(name) + ":" + value);
        return this;
    }

    /** Adds an array of objects. */
    public JsonObject put(String name, List<JsonObject> values) {
        members.add(
                quoted(name) + values.stream().map(JsonObject::toString).collect(Collectors.joining(",", ":[", "]")));
        return this;
    }

    /** An object of numbers, in the order of their names. */
    public static JsonObject of(Map<String, ? extends Number> numbers) {
        JsonObject object = new JsonObject();
        new TreeMap<>(numbers).forEach((name, number) -> object.put(name, number.longValue()));
        return object;
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
