package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.DeploymentException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointMapTest {
    private final EndpointMap<String> map = new EndpointMap<>();

    @ParameterizedTest
    @CsvSource({
        "/a, /a",
        "/a/x, /a/{v}",
        "/a/c/d, /a/c/d",
        "/a/c/x, /a/c/{v}",
        "/a/x/d, /a/{v}/d",
        "/a/x/y, /a/{v}/{w}",
        "/b/x/e, /b/{v}/e", // the literal /b/x/... leads nowhere, so the variable beside it has its turn
        "/b/x/f, /b/x/f",
        "/, /",
    })
    void exactBeatsVariableSegmentBySegmentFromTheLeft(String path, String template) throws Exception {
        deploy("/a", "/a/{v}", "/a/c/d", "/a/c/{v}", "/a/{v}/d", "/a/{v}/{w}", "/b/{v}/e", "/b/x/f", "/");

        assertEquals(template, found(path));
    }

    @Test
    void anExactSegmentFurtherLeftBeatsMoreExactOnesFurtherRight() throws Exception {
        deploy("/a/{v}/{w}", "/{v}/b/c");

        assertEquals("/a/{v}/{w}", found("/a/b/c"));
    }

    @Test
    void variablesHaveTheValuesOfTheirSegments() throws Exception {
        deploy("/{room}/of/{a-b.c_1}");

        assertEquals(
                Map.of("room", "blue", "a-b.c_1", "50%25"),
                match("/blue/of/50%25").pathParameters());
        assertThrows(
                UnsupportedOperationException.class,
                () -> match("/blue/of/x").pathParameters().put("room", "red"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/", "//a", "/a//", "/A", "/a;x=y", "/%61", "/a/b/c", "/a/b/", "//", "", "a", "/b"})
    void anotherSpellingIsAnotherPath(String path) throws Exception {
        deploy("/a", "/a/{v}");

        assertNull(map.match(path), path);
    }

    @Test
    void aVariableTakesNoEmptySegment() throws Exception {
        deploy("/{v}", "/x/{v}/y", "/x/{v}");

        for (String path : List.of("/", "/x//y", "/x/")) {
            assertNull(map.match(path), path);
        }
    }

    @Test
    void aPathParameterThatTheContainerLeavesIsPartOfTheValue() throws Exception {
        deploy("/a/{v}");

        assertEquals(Map.of("v", "b;x=y"), match("/a/b;x=y").pathParameters());
    }

    @ParameterizedTest
    @CsvSource({"/a/, /a/, /a", "/a, /a, /a/", "/a/{v}/, /a/x/, /a/x", "/a/{v}, /a/x, /a/x/", "/a/{v}, /a/x, /a/"})
    void aTrailingSlashMakesAnotherPath(String template, String answered, String notAnswered) throws Exception {
        deploy(template);

        assertEquals(template, found(answered));
        assertNull(map.match(notAnswered));
        assertNull(map.match(answered + "//"));
    }

    @Test
    void theSamePathWithAndWithoutATrailingSlashMayHaveTwoEndpoints() throws Exception {
        deploy("/a");
        deploy("/a/");
        deploy("/b/{v}");
        deploy("/b/{v}/");

        assertEquals("/a", found("/a"));
        assertEquals("/a/", found("/a/"));
        assertEquals("/b/{v}", found("/b/x"));
        assertEquals("/b/{v}/", found("/b/x/"));
    }

    @Test
    void literalsAreComparedDecoded() throws Exception {
        deploy("/caf%C3%A9/{v}");

        assertEquals("/caf%C3%A9/{v}", found("/caf\u00e9/x"));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a", "/a/, /a/", "/, /", "/a/{v}, /a/{w}", "/a/{v}/, /a/{w}/", "/{v}/b, /{w}/b"})
    void equalTemplatesAreRefused(String first, String second) throws Exception {
        deploy(first);

        DeploymentException e = assertThrows(DeploymentException.class, () -> deploy(second));
        assertTrue(e.getMessage().contains("\"" + first + "\""), e.getMessage());
        assertTrue(e.getMessage().contains("\"" + second + "\""), e.getMessage());
        assertNotNull(map.match(first.replace("{v}", "x")));
    }

    @Test
    void anEncodedTemplateEqualsItsPlainForm() throws Exception {
        deploy("/a%62");

        assertThrows(DeploymentException.class, () -> deploy("/ab"));
        assertEquals("/a%62", found("/ab"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a/b",
                "/a//b",
                "/a//",
                "/a/{v}//",
                "//a",
                "/{v}/{v}",
                "/{}",
                "/{",
                "/}",
                "/{a",
                "/a}",
                "/x{a}",
                "/{a}x",
                "/{a}{b}",
                "/{a b}",
                "/{a/b}",
                "/{+a}",
                "/a?b",
                "/a#b",
                "/.",
                "/a/..",
                "/a/%2e%2e",
                "/%2E/b",
                "/%",
                "/%4",
                "/%zz",
                "/%2F",
                "/%00",
                "/%FF",
                "/a%"
            })
    void malformedPathsAreRefusedWithTheirText(String path) {
        DeploymentException e = assertThrows(DeploymentException.class, () -> UriTemplate.parse(path));
        assertTrue(e.getMessage().contains("\"" + path + "\""), e.getMessage());
    }

    @Test
    void emptyUntilOneIsAddedAndAfterAllAreTakenOut() throws Exception {
        assertTrue(map.isEmpty());
        deploy("/{v}");
        assertFalse(map.isEmpty());
        map.clear();
        assertTrue(map.isEmpty());
        assertNull(map.match("/a"));
    }

    /** Against a reference that compares a path with every template, segment by segment. */
    @Test
    void agreesWithANaiveReference() throws Exception {
        Random random = new Random(6455);
        for (int round = 0; round < 300; round++) {
            EndpointMap<String> tree = new EndpointMap<>();
            List<String> templates = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String template = randomPath(random, "a", "b", "{0}");
                try {
                    tree.add(UriTemplate.parse(template), template);
                    templates.add(template);
                } catch (DeploymentException equal) {
                    assertTrue(templates.stream().anyMatch(t -> shape(t).equals(shape(template))), template);
                }
            }
            for (int i = 0; i < 60; i++) {
                String path = randomPath(random, "a", "b", "c");
                EndpointMap.Match<String> match = tree.match(path);
                String expected = naive(templates, path);
                assertEquals(expected, match == null ? null : match.endpoint(), () -> path + " among " + templates);
                if (match != null && expected != null) {
                    assertEquals(naiveValues(expected, path), match.pathParameters());
                }
            }
        }
    }

    private static String randomPath(Random random, String... words) {
        StringBuilder path = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            path.append('/').append(words[random.nextInt(words.length)].replace("0", "v" + i));
        }
        return path.toString();
    }

    private static String shape(String template) {
        return template.replaceAll("\\{[^}]*}", "{}");
    }

    private static String naive(List<String> templates, String path) {
        String[] segments = path.split("/", -1);
        String best = null;
        for (String template : templates) {
            String[] parts = template.split("/", -1);
            boolean matches = parts.length == segments.length;
            for (int i = 0; matches && i < parts.length; i++) {
                matches = parts[i].startsWith("{") || parts[i].equals(segments[i]);
            }
            // '{' sorts behind letters: the least of the matching ones is exact furthest to the left.
            if (matches && (best == null || shape(template).compareTo(shape(best)) < 0)) {
                best = template;
            }
        }
        return best;
    }

    private static Map<String, String> naiveValues(String template, String path) {
        Map<String, String> values = new HashMap<>();
        String[] parts = template.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].startsWith("{")) {
                values.put(parts[i].substring(1, parts[i].length() - 1), path.split("/", -1)[i]);
            }
        }
        return values;
    }

    private void deploy(String... templates) throws DeploymentException {
        for (String template : templates) {
            map.add(UriTemplate.parse(template), template);
        }
    }

    private String found(String path) {
        return match(path).endpoint();
    }

    private EndpointMap.Match<String> match(String path) {
        EndpointMap.Match<String> match = map.match(path);
        assertNotNull(match, path);
        return match;
    }
}
