package dev.hawser.internal.server;

import jakarta.websocket.DeploymentException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path of an endpoint: literal segments, and variables for whole segments (RFC 6570 level 1, such as {@code
 * /chat/{room}}). Immutable.
 *
 * <p>Literals may be percent-encoded. They are decoded and compared, case-sensitive, with the path that the container
 * decoded. A trailing slash makes an empty last segment: {@code /a/} and {@code /a} are different paths (the first
 * example of Jakarta WebSocket 3.1.1). By the javadoc of {@code @ServerEndpoint} the slash is ignored; but then the
 * endpoint would also answer at a path that a security constraint for the declared one may not cover.
 */
public final class UriTemplate {
    private final String path;
    private final List<Segment> segments;
    private final Set<String> variables;

    /**
     * One part between slashes.
     *
     * @param literal the decoded text to match, or null for a variable; empty behind a trailing slash
     * @param variable the name of the variable, or null for a literal
     */
    record Segment(@Nullable String literal, @Nullable String variable) {}

    private UriTemplate(String path, List<Segment> segments, Set<String> variables) {
        this.path = path;
        this.segments = segments;
        this.variables = variables;
    }

    /**
     * Parses a path.
     *
     * @throws DeploymentException with the path and the rule that it breaks
     */
    public static UriTemplate parse(@Nullable String path) throws DeploymentException {
        if (path == null || !path.startsWith("/")) {
            throw new DeploymentException("The endpoint path \"" + path + "\" must begin with /");
        }
        List<Segment> segments = new ArrayList<>();
        Set<String> variables = new LinkedHashSet<>();
        int slash = path.length() > 1 ? 0 : -1;
        while (slash >= 0) {
            int start = slash + 1;
            slash = path.indexOf('/', start);
            Segment segment = segment(path, path.substring(start, slash < 0 ? path.length() : slash), slash < 0);
            if (segment.variable() != null && !variables.add(segment.variable())) {
                throw invalid(path, "has the variable {" + segment.variable() + "} twice");
            }
            segments.add(segment);
        }
        return new UriTemplate(path, List.copyOf(segments), Collections.unmodifiableSet(variables));
    }

    /** The path as it was declared. */
    public String path() {
        return path;
    }

    /** The names of the variables, from left to right. */
    public Set<String> variables() {
        return variables;
    }

    List<Segment> segments() {
        return segments;
    }

    /** The one path that a template without variables matches, decoded. */
    String literalPath() {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            text.append('/').append(segment.literal());
        }
        return segments.isEmpty() ? "/" : text.toString();
    }

    private static Segment segment(String path, String text, boolean last) throws DeploymentException {
        if (text.isEmpty()) {
            if (last) {
                return new Segment("", null);
            }
            throw invalid(path, "has an empty segment (//)");
        }
        if (text.startsWith("{") && text.endsWith("}")) {
            String name = text.substring(1, text.length() - 1);
            if (!isVariableName(name)) {
                throw invalid(
                        path, "has the variable " + text + ", whose name must be of letters, digits, '_', '-' and '.'");
            }
            return new Segment(null, name);
        }
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw invalid(path, "has the segment \"" + text + "\"; a variable as {name} must be a whole segment");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw invalid(path, "has a query or fragment; those are no part of a path");
        }
        String literal = decode(path, text);
        if (literal.equals(".") || literal.equals("..")) {
            throw invalid(path, "has the segment \"" + text + "\", which no request path keeps");
        }
        return new Segment(literal, null);
    }

    /**
     * RFC 6570 2.3 allows letters, digits, '_', '.' and percent-encoded octets; the javadoc of the Jakarta API uses a
     * '-', too.
     */
    private static boolean isVariableName(String name) {
        return !name.isEmpty()
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
    }

    private static String decode(String path, String text) throws DeploymentException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        byte[] octets = new byte[encoded.length];
        int length = 0;
        for (int i = 0; i < encoded.length; i++) {
            byte octet = encoded[i];
            if (octet == '%') {
                int value = i + 2 < encoded.length ? hex(encoded[i + 1]) << 4 | hex(encoded[i + 2]) : -1;
                if (value <= 0 || value == '/') {
                    throw invalid(
                            path,
                            "has a % that is not followed by two hexadecimal digits, or that stands for / or NUL");
                }
                octet = (byte) value;
                i += 2;
            }
            octets[length++] = octet;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid(path, "has percent-encoded octets that are not UTF-8");
        }
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static DeploymentException invalid(String path, String rule) {
        return new DeploymentException("The endpoint path \"" + path + "\" " + rule);
    }

    @Override
    public String toString() {
        return path;
    }
}
