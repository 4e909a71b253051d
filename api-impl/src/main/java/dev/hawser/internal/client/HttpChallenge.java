package dev.hawser.internal.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One way to authenticate that a server or proxy offers in {@code WWW-Authenticate} or {@code Proxy-Authenticate} (RFC
 * 9110 section 11.6).
 *
 * @param scheme in lower case
 * @param parameters their unquoted values; names are case-insensitive
 */
record HttpChallenge(String scheme, Map<String, String> parameters) {
    /**
     * The challenges of all lines. Parsing of a line ends where it breaks the grammar, because a server may offer
     * unknown schemes.
     */
    static List<HttpChallenge> parse(List<String> lines) {
        List<HttpChallenge> challenges = new ArrayList<>();
        for (String line : lines) {
            new Parser(line, challenges).parse();
        }
        return challenges;
    }

    /** The parameter's value, or "" if there is none. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /**
     * Reads a line once. A word followed by {@code =} and a value is a parameter of the challenge before it; any other
     * word begins a challenge. A token68 ({@code Negotiate abc==}) is skipped, since no scheme known here uses it.
     */
    private static final class Parser {
        private final String line;
        private final List<HttpChallenge> challenges;
        private int position;

        Parser(String line, List<HttpChallenge> challenges) {
            this.line = line;
            this.challenges = challenges;
        }

        void parse() {
            while (skip(" \t,")) {
                String word = word();
                if (word.isEmpty()) {
                    return;
                }
                int afterWord = position;
                boolean more = skip(" \t");
                if (more && line.charAt(position) == '=' && !challenges.isEmpty()) {
                    position++;
                    skip("= \t");
                    challenges.get(challenges.size() - 1).parameters.putIfAbsent(word, value());
                } else {
                    position = afterWord;
                    challenges.add(new HttpChallenge(
                            word.toLowerCase(Locale.ROOT), new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
                }
            }
        }

        private String word() {
            int start = position;
            while (position < line.length() && " \t,=\"".indexOf(line.charAt(position)) < 0) {
                position++;
            }
            return line.substring(start, position);
        }

        private String value() {
            if (position == line.length() || line.charAt(position) != '"') {
                return word();
            }
            position++;
            StringBuilder content = new StringBuilder();
            while (position < line.length()) {
                char c = line.charAt(position++);
                if (c == '"') {
                    break;
                }
                if (c == '\\' && position < line.length()) {
                    c = line.charAt(position++);
                }
                content.append(c);
            }
            return content.toString();
        }

        /** Moves to the next character that is none of these; returns false at the end of the line. */
        private boolean skip(String these) {
            while (position < line.length() && these.indexOf(line.charAt(position)) >= 0) {
                position++;
            }
            return position < line.length();
        }
    }
}
