package dev.hawser.internal.server;

import dev.hawser.fuzz.FuzzInput;
import jakarta.websocket.DeploymentException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines of which some are templates to deploy and the others are paths to look up, against a search that tries each
 * template: the same ones are refused, and each path leads to the same endpoint with the same values.
 */
public final class UriTemplateFuzz {
    /** By segments: a variable begins with a brace, a literal with an equals sign. */
    private final List<List<String>> deployed = new ArrayList<>();

    private final List<String> paths = new ArrayList<>();
    private final EndpointMap<String> endpoints = new EndpointMap<>();

    private UriTemplateFuzz() {}

    public static void fuzzerTestOneInput(byte[] octets) {
        FuzzInput input = new FuzzInput(octets);
        UriTemplateFuzz fuzz = new UriTemplateFuzz();
        while (!input.isEmpty()) {
            byte[] line = input.line().getBytes(StandardCharsets.ISO_8859_1);
            String text = new String(line, StandardCharsets.UTF_8);
            if (text.startsWith("?")) {
                fuzz.lookedUp(text.substring(1));
            } else {
                fuzz.deployed(text);
            }
        }
    }

    private void deployed(String path) {
        List<String> segments = segments(path);
        boolean taken = segments != null
                && deployed.stream().anyMatch(other -> pattern(other).equals(pattern(segments)));
        try {
            UriTemplate template = UriTemplate.parse(path);
            require(segments != null && template.path().equals(path), "refused: " + path);
            endpoints.add(template, path);
            require(!taken, "taken: " + path);
            deployed.add(segments);
            paths.add(path);
        } catch (DeploymentException e) {
            require(segments == null || taken, e.getMessage());
        }
    }

    private static List<String> pattern(List<String> segments) {
        return segments.stream().map(s -> s.startsWith("{") ? "{" : s).toList();
    }

    /** Null if it is to be refused. */
    private static @Nullable List<String> segments(String path) {
        if (!path.startsWith("/")) {
            return null;
        }
        List<String> segments = new ArrayList<>();
        Set<String> variables = new HashSet<>();
        String[] texts = path.substring(1).split("/", -1);
        for (int i = 0; i < texts.length; i++) {
            String text = texts[i];
            if (text.matches("\\{[\\p{L}\\p{Nd}_.-]+}")) {
                if (!variables.add(text)) {
                    return null;
                }
                segments.add(text);
                continue;
            }
            String literal = text.matches("[^{}?#]*") ? decoded(text) : null;
            if (literal == null || literal.isEmpty() && i < texts.length - 1 || literal.matches("\\.\\.?")) {
                return null;
            }
            segments.add("=" + literal);
        }
        return segments;
    }

    private static @Nullable String decoded(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(octets.length);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] != '%') {
                out.put(octets[i]);
                continue;
            }
            String hex = new String(octets, i + 1, Math.min(2, octets.length - i - 1), StandardCharsets.ISO_8859_1);
            if (!hex.matches("[0-9A-Fa-f]{2}") || hex.equals("00") || hex.equalsIgnoreCase("2f")) {
                return null;
            }
            out.put((byte) Integer.parseInt(hex, 16));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void lookedUp(String path) {
        List<String> asked = List.of((path.startsWith("/") ? path.substring(1) : "").split("/", -1)).stream()
                .map(segment -> "=" + segment)
                .toList();
        int best = -1;
        for (int i = 0; i < deployed.size() && path.startsWith("/"); i++) {
            if (matches(deployed.get(i), asked) && (best < 0 || isBetter(deployed.get(i), deployed.get(best)))) {
                best = i;
            }
        }
        EndpointMap.Match<String> match = endpoints.match(path);
        require((match == null) == (best < 0), path + " leads to " + match);
        if (match != null) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                String segment = deployed.get(best).get(i);
                if (segment.startsWith("{")) {
                    values.put(
                            segment.substring(1, segment.length() - 1),
                            asked.get(i).substring(1));
                }
            }
            require(match.endpoint().equals(paths.get(best)), path + " leads to " + match);
            require(
                    new ArrayList<>(match.pathParameters().entrySet()).equals(new ArrayList<>(values.entrySet())),
                    path + " has " + match.pathParameters() + " instead of " + values);
        }
    }

    private static boolean matches(List<String> template, List<String> asked) {
        boolean matches = template.size() == asked.size();
        for (int i = 0; matches && i < asked.size(); i++) {
            String segment = template.get(i);
            matches = segment.startsWith("{") ? !asked.get(i).equals("=") : segment.equals(asked.get(i));
        }
        return matches;
    }

    /** Jakarta WebSocket 3.1.1: the first segment in which they differ decides, and a literal is better. */
    private static boolean isBetter(List<String> one, List<String> other) {
        for (int i = 0; i < one.size(); i++) {
            boolean literal = !one.get(i).startsWith("{");
            if (literal == other.get(i).startsWith("{")) {
                return literal;
            }
        }
        return false;
    }

    private static void require(boolean holds, @Nullable String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
