package dev.hawser.tck.assertions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Holds {@code assertions.csv} and the tests together: each assertion has a live test or a reason, each test an
 * assertion.
 */
class AssertionListTest {

    /**
     * Identifiers of the specification are as printed there; those that begin with H are ours, for prose without one.
     */
    private record Assertion(String id, String test, String reason) {}

    @Test
    void everyAssertionHasALiveTestOrAReason() throws IOException {
        List<Assertion> assertions = assertions();
        assertEquals(List.of(), complaints(assertions));
        long testable = assertions.stream().filter(a -> a.reason().isEmpty()).count();
        System.out.printf(
                "Jakarta WebSocket 2.2: %d assertions, %d with a live test, %d not testable%n",
                assertions.size(), testable, assertions.size() - testable);
    }

    @Test
    void everyTestIsForAnAssertion() throws IOException {
        Set<String> listed = assertions().stream().map(Assertion::test).collect(Collectors.toSet());
        Set<String> unlisted = new TreeSet<>();
        for (Class<?> type : testClasses()) {
            for (Method method : type.getDeclaredMethods()) {
                String name = type.getSimpleName() + "#" + method.getName();
                if (isTest(method) && !listed.contains(name)) {
                    unlisted.add(name);
                }
            }
        }
        assertEquals(Set.of(), unlisted);
    }

    @Test
    void whatIsNotLiveIsFound() {
        assertComplaint("no such test: X#y", new Assertion("1", "X#y", ""));
        assertComplaint("no such test: ClientIT#gone", new Assertion("1", "ClientIT#gone", ""));
        assertComplaint("no such test: ClientIT#findApplication", new Assertion("1", "ClientIT#findApplication", ""));
        assertComplaint(
                "not live: AssertionListTest$Example#disabled",
                new Assertion("1", "AssertionListTest$Example#disabled", ""));
        assertComplaint("neither a test nor a reason", new Assertion("1", "", ""));
        assertComplaint("a test and a reason", new Assertion("1", "ClientIT#aContainerIsFoundAndConnects", "why"));
        assertEquals(
                List.of("1: listed twice"),
                complaints(List.of(new Assertion("1", "", "why"), new Assertion("1", "", "why"))));
        assertThrows(IllegalArgumentException.class, () -> parse("id,clause,what,test"));
    }

    /** An example; the build does not look for tests in nested classes. */
    static final class Example {
        @Test
        @Disabled("the example of a test that is not live")
        void disabled() {}
    }

    private static void assertComplaint(String complaint, Assertion assertion) {
        assertEquals(List.of("1: " + complaint), complaints(List.of(assertion)));
    }

    private static List<String> complaints(List<Assertion> assertions) {
        List<String> complaints = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Assertion assertion : assertions) {
            String complaint = ids.add(assertion.id()) ? complaint(assertion) : "listed twice";
            if (!complaint.isEmpty()) {
                complaints.add(assertion.id() + ": " + complaint);
            }
        }
        return complaints;
    }

    private static String complaint(Assertion assertion) {
        if (assertion.test().isEmpty()) {
            return assertion.reason().isEmpty() ? "neither a test nor a reason" : "";
        }
        if (!assertion.reason().isEmpty()) {
            return "a test and a reason";
        }
        String[] name = assertion.test().split("#");
        try {
            Class<?> type = Class.forName(AssertionListTest.class.getPackageName() + "." + name[0]);
            List<Method> tests = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals(name[1]) && isTest(method))
                    .toList();
            if (tests.isEmpty()) {
                return "no such test: " + assertion.test();
            }
            boolean disabled =
                    type.isAnnotationPresent(Disabled.class) || tests.get(0).isAnnotationPresent(Disabled.class);
            return disabled ? "not live: " + assertion.test() : "";
        } catch (ClassNotFoundException e) {
            return "no such test: " + assertion.test();
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    private static List<Class<?>> testClasses() throws IOException {
        Path sources = Path.of(
                "src/test/java", AssertionListTest.class.getPackageName().replace('.', '/'));
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith("IT.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                types.add(Class.forName(AssertionListTest.class.getPackageName() + "." + name));
            }
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
        assertTrue(types.size() >= 12, "the test sources were not found");
        return types;
    }

    private static List<Assertion> assertions() throws IOException {
        Path file = Path.of("src/test/resources/assertions.csv");
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .skip(1)
                .map(AssertionListTest::parse)
                .toList();
    }

    private static Assertion parse(String line) {
        List<String> fields = new ArrayList<>(List.of(""));
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add("");
            } else {
                fields.set(fields.size() - 1, fields.get(fields.size() - 1) + c);
            }
        }
        if (fields.size() != 5) {
            throw new IllegalArgumentException("Expected five fields: " + line);
        }
        return new Assertion(fields.get(0), fields.get(3), fields.get(4));
    }
}
