package dev.hawser.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The locks of docs/concurrency.md are those of the code. Their order is recorded in all tests. */
class LockOrderTest {
    private static final Path MAIN = Path.of("target/classes");

    @Test
    void theLocksOfAllTestsAreRecorded() {
        assertTrue(LockRecording.records(), "run with the options of pom.xml: the tests of all classes need them");
    }

    @Test
    void eachPlaceThatTakesALockTakesOneOfTheTables() throws IOException {
        LockTable table = LockTable.ofTheDocument();
        Set<String> places = places();
        Set<String> unknown = new TreeSet<>(places);
        unknown.removeIf(table::knows);
        assertEquals(Set.of(), unknown, "taken, and not in docs/concurrency.md");
        Set<String> gone = new TreeSet<>(table.allNames());
        gone.removeAll(places);
        assertEquals(Set.of(), gone, "in docs/concurrency.md, and never taken");
    }

    @Test
    void noTwoThreadsCanWaitForOneAnother() {
        assertEquals(List.of(), LockTable.ofTheDocument().inCircles());
    }

    @Test
    void circleIsSeenInATable() {
        LockTable table = LockTable.of(List.of("## Locks", "| `A` | | `B` |", "| `B` | | `C` |", "| `C` | | `A` |"));
        assertEquals(List.of("A", "B", "C"), table.inCircles());
        assertTrue(table.allows("A", "C"), "what is taken takes more");
        LockTable line = LockTable.of(List.of("## Locks", "| `A`, also `a.lock` | | `B` |", "| `B` | | |"));
        assertEquals(List.of(), line.inCircles());
        assertFalse(line.allows("B", "A"));
        assertEquals("A", line.nameOf("a.lock"));
    }

    @Test
    void locksAndCallsAgainstTheTablesAreSeen() throws Exception {
        assertEquals(List.of(), LockOrder.takeViolations());
        instrumentedWrongOrder().run();
        List<String> found = LockOrder.takeViolations().stream()
                .map(violation -> violation.lines().findFirst().orElseThrow().replaceFirst(".*? holds ", ""))
                .toList();
        List<String> expected = new ArrayList<>();
        for (String pair : List.of(
                "WrongOrder.first and takes or calls WrongOrder.second",
                "WrongOrder.first and takes or calls WrongOrder",
                "WrongOrder.second and takes or calls WrongOrder",
                "WrongOrder and takes or calls Transport")) {
            expected.add(pair + ", which docs/concurrency.md does not allow:");
        }
        assertEquals(expected, found);
    }

    /** All that sends and receives takes; a streamed message, a Future or a topic has one more each. */
    @Test
    void connectionHasTheLocksOfItsTable() {
        int connections = 7;
        LockOrder.count();
        List<SessionHarness> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                SessionHarness session = new SessionHarness(new Echoing());
                sessions.add(session);
                session.read(SessionHarness.text("hello"), SessionHarness.binary(new byte[5]));
                SessionHarness.await("echo", () -> session.received().size() == 1);
                session.read(SessionHarness.close(1000, ""));
                SessionHarness.await("close", () -> session.received().size() == 2);
            }
        } finally {
            sessions.forEach(SessionHarness::close);
        }
        Map<String, Integer> counts = LockOrder.counts();
        Set<String> each = new TreeSet<>();
        counts.forEach((name, count) -> {
            if (count >= connections && !isOfAContainer(name)) {
                each.add(name);
            }
        });
        List<String> documented = LockTable.ofTheDocument().under("One of each connection");
        System.out.println("locks of each connection: " + documented.size() + " " + documented);
        assertEquals(new TreeSet<>(documented), each);
        assertTrue(documented.size() <= 5, () -> "at most four, and a fifth with its reason: " + documented);
    }

    /** Each harness has a container. */
    private static boolean isOfAContainer(String lock) {
        return LockTable.ofTheDocument()
                .under("One of each container, topic, class or JVM")
                .contains(lock);
    }

    private static Set<String> places() throws IOException {
        Set<String> places = new TreeSet<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                places.addAll(LockInstrumentation.placesOf(Files.readAllBytes(file)));
            }
        }
        assertTrue(places.size() > 20, () -> "hardly a lock was found: " + places);
        return places;
    }

    private static Runnable instrumentedWrongOrder() throws Exception {
        String name = WrongOrder.class.getName();
        ClassLoader own = LockOrderTest.class.getClassLoader();
        ClassLoader loader = new ClassLoader(own) {
            @Override
            protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
                if (!wanted.equals(name)) {
                    return super.loadClass(wanted, resolve);
                }
                try (InputStream in = own.getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] code = LockInstrumentation.instrumented(in.readAllBytes());
                    return defineClass(name, code, 0, code.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        return (Runnable) loader.loadClass(name).getConstructor().newInstance();
    }
}
