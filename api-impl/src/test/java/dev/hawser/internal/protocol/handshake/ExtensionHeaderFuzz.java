package dev.hawser.internal.protocol.handshake;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.ExtensionOffer.Parameter;
import dev.hawser.fuzz.FuzzInput;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a {@code Sec-WebSocket-Extensions} header, against the grammar of RFC 6455 9.1 as regular expressions:
 * the same extensions, or the same refusal. What was read is written so that it can be read again.
 */
public final class ExtensionHeaderFuzz {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final Pattern COMMAS = Pattern.compile("[ \t,]*+");
    private static final Pattern NAME = Pattern.compile(TOKEN);
    private static final Pattern PARAMETER = Pattern.compile(
            "[ \t]*+;[ \t]*+(" + TOKEN + ")(?:[ \t]*+=[ \t]*+(?:(" + TOKEN + ")|\"((?:\\\\?+[^\"\\\\])++)\"))?+");
    private static final Pattern END = Pattern.compile("[ \t]*+(?:,|$)");

    private ExtensionHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] octets) {
        FuzzInput input = new FuzzInput(octets);
        List<String> lines = new ArrayList<>();
        while (!input.isEmpty()) {
            lines.add(input.line());
        }
        List<ExtensionOffer> expected = reference(lines);
        List<ExtensionOffer> actual;
        try {
            actual = ExtensionHeader.parse(lines);
        } catch (IllegalArgumentException e) {
            actual = null;
        }
        compare("parsed", expected, actual);
        if (actual != null && !actual.isEmpty()) {
            compare("parsed again", actual, ExtensionHeader.parse(List.of(ExtensionHeader.format(actual))));
            compare(
                    "to be written",
                    actual,
                    actual.stream().map(ExtensionHeader::writable).toList());
        }
    }

    private static void compare(String what, @Nullable Object expected, @Nullable Object actual) {
        if (expected == null ? actual != null : !expected.equals(actual)) {
            throw new AssertionError(what + ": expected " + expected + ", but was " + actual);
        }
    }

    /** Null if they break the grammar. */
    private static @Nullable List<ExtensionOffer> reference(List<String> lines) {
        List<ExtensionOffer> all = new ArrayList<>();
        for (String line : lines) {
            int at = after(COMMAS, line, 0);
            while (at < line.length()) {
                int end = after(NAME, line, at);
                if (end < 0) {
                    return null;
                }
                String name = line.substring(at, end);
                List<Parameter> parameters = new ArrayList<>();
                Matcher parameter = PARAMETER.matcher(line);
                while (parameter.region(end, line.length()).lookingAt()) {
                    String quoted = parameter.group(3);
                    String value = quoted == null ? parameter.group(2) : quoted.replaceAll("\\\\(.)", "$1");
                    if (quoted != null && !NAME.matcher(value).matches()) {
                        return null;
                    }
                    parameters.add(new Parameter(parameter.group(1), value));
                    end = parameter.end();
                }
                all.add(new ExtensionOffer(name, parameters));
                at = after(END, line, end);
                if (at < 0) {
                    return null;
                }
                at = after(COMMAS, line, at);
            }
        }
        return all.isEmpty() && !lines.isEmpty() ? null : all;
    }

    /** Where what matches here ends; -1 if it does not. */
    private static int after(Pattern pattern, String line, int at) {
        Matcher matcher = pattern.matcher(line).region(at, line.length());
        return matcher.lookingAt() ? matcher.end() : -1;
    }
}
