package dev.hawser.internal.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words of HTTP header fields (RFC 9110 5.6): tokens, quoted strings, comma-separated lists. An instance is a
 * cursor over one line that never moves back, so every parse is linear in the length of the line. Errors are {@link
 * IllegalArgumentException}s that name the position and not the text, because a stranger wrote that.
 */
public final class HeaderGrammar {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[Character.toUpperCase(c)] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final String field;
    private final String line;
    private int position;

    public HeaderGrammar(String field, String line) {
        this.field = field;
        this.line = line;
    }

    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Whether the text may be a header value: without CR, LF and NUL, which could end the field and begin another (RFC
     * 9110 5.5).
     */
    public static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == '\0') {
                return false;
            }
        }
        return true;
    }

    /**
     * Refuses names and values with characters that would begin another field (response splitting).
     *
     * @throws IllegalArgumentException naming the field
     */
    public static void checkFields(Map<String, List<String>> headers) {
        headers.forEach((name, values) -> {
            if (!isToken(name)) {
                throw new IllegalArgumentException("A header name must be a token (RFC 9110 5.1), but one of "
                        + name.length() + " characters has characters that tokens cannot have");
            }
            for (String value : values) {
                if (!isFieldValue(value)) {
                    throw new IllegalArgumentException(
                            "The value of header " + name + " must not have CR, LF or NUL in it (RFC 9110 5.5)");
                }
            }
        });
    }

    /** Whether a comma-separated list over several lines has the element {@code token}, case-insensitive. */
    public static boolean listContains(List<String> lines, String token) {
        for (String line : lines) {
            int start = 0;
            while (start <= line.length()) {
                int comma = line.indexOf(',', start);
                int end = comma < 0 ? line.length() : comma;
                if (elementEquals(line, start, end, token)) {
                    return true;
                }
                start = end + 1;
            }
        }
        return false;
    }

    /**
     * The elements of {@code 1#token} over several lines (RFC 6455 4.3), in their order.
     *
     * @throws IllegalArgumentException if an element is not a token, if one occurs twice, or if there is none
     */
    public static List<String> tokenList(String field, List<String> lines) {
        Set<String> tokens = new LinkedHashSet<>();
        for (String line : lines) {
            HeaderGrammar cursor = new HeaderGrammar(field, line);
            while (cursor.nextElement()) {
                if (!tokens.add(cursor.token())) {
                    throw cursor.error("a value for the second time");
                }
                cursor.endOfElement();
            }
        }
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException(field + " has no value");
        }
        return new ArrayList<>(tokens);
    }

    /** Goes to the next element of a list; empty ones are skipped, as RFC 9110 5.6.1.2 asks of recipients. */
    public boolean nextElement() {
        while (position < line.length()) {
            char c = line.charAt(position);
            if (c != ',' && !isSpace(c)) {
                return true;
            }
            position++;
        }
        return false;
    }

    /** Expects a comma or the end of the line. */
    public void endOfElement() {
        skipSpace();
        if (position < line.length() && line.charAt(position) != ',') {
            throw error("a character where a comma should be");
        }
    }

    /** Skips {@code expected}, and the space around it, if it comes next; space before it is skipped in any case. */
    public boolean accept(char expected) {
        skipSpace();
        if (position < line.length() && line.charAt(position) == expected) {
            position++;
            skipSpace();
            return true;
        }
        return false;
    }

    public String token() {
        int start = position;
        while (position < line.length() && isTokenCharacter(line.charAt(position))) {
            position++;
        }
        if (position == start) {
            throw error("no token");
        }
        return line.substring(start, position);
    }

    /** Reads a token, or a quoted string whose unescaped content is a token (RFC 6455 9.1). */
    public String tokenOrQuotedToken() {
        if (position == line.length() || line.charAt(position) != '"') {
            return token();
        }
        position++;
        StringBuilder content = new StringBuilder();
        while (position < line.length()) {
            char c = line.charAt(position++);
            if (c == '"') {
                if (content.length() == 0) {
                    throw error("an empty quoted string");
                }
                return content.toString();
            }
            if (c == '\\' && position < line.length()) {
                c = line.charAt(position++);
            }
            if (!isTokenCharacter(c)) {
                throw error("a quoted string that is not a token");
            }
            content.append(c);
        }
        throw error("a quoted string without its end");
    }

    private IllegalArgumentException error(String what) {
        return new IllegalArgumentException(field + " has " + what + " at position " + position);
    }

    private void skipSpace() {
        while (position < line.length() && isSpace(line.charAt(position))) {
            position++;
        }
    }

    private static boolean elementEquals(String line, int start, int end, String token) {
        int from = start;
        int to = end;
        while (from < to && isSpace(line.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(line.charAt(to - 1))) {
            to--;
        }
        return to - from == token.length() && line.regionMatches(true, from, token, 0, token.length());
    }

    private static boolean isTokenCharacter(char c) {
        return c < TOKEN.length && TOKEN[c];
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
