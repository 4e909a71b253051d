package dev.hawser.interleavings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The laws of what threads share, in many interleavings, with {@code mvn -Plincheck}; in each build one law of each
 * class in a few, since a law takes seconds to be made ready. The model checker changes classes as they are loaded, as
 * the recorder of locks does here, so it has a JVM of its own.
 */
class InterleavingsTest {
    private static final Path CLASSES = Path.of("target/test-classes");
    /** What must be among them: a law that is not found is not tried. */
    private static final List<String> LEAST = List.of(
            "dev.hawser.internal.connection.ConnectionStateInterleavings",
            "dev.hawser.internal.connection.InboxInterleavings",
            "dev.hawser.internal.connection.MessagePipeInterleavings",
            "dev.hawser.internal.dispatch.WorkersInterleavings",
            "dev.hawser.internal.memory.MemoryWatchInterleavings",
            "dev.hawser.internal.transport.OutboundQueueInterleavings");

    private static final int FEW = 30;
    private static final long MINUTES = Long.getLong("test.interleavings.minutes", 8);

    @Test
    @EnabledIfSystemProperty(named = "test.interleavings", matches = ".+")
    @Timeout(value = 10, unit = TimeUnit.HOURS) // the process has its own
    void theLawsHoldInAllInterleavingsThatAreTried(@TempDir Path directory) throws Exception {
        assertHold(directory, Integer.getInteger("test.interleavings", FEW), Integer.MAX_VALUE);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void oneLawOfEachClassHoldsInAFewInterleavings(@TempDir Path directory) throws Exception {
        String printed = assertHold(directory, FEW, 1);
        for (String name : LEAST) {
            String simple = name.substring(name.lastIndexOf('.') + 1);
            assertTrue(printed.contains("holds: " + simple + "."), printed);
        }
    }

    /**
     * Tries at most so many laws of each class in so many interleavings. Returns what the model checker has printed.
     */
    private static String assertHold(Path directory, int tried, int ofEach) throws Exception {
        List<String> laws = laws();
        assertTrue(laws.containsAll(LEAST), laws::toString);
        Path printed = directory.resolve("printed");
        Process process = new ProcessBuilder(command(laws, tried, ofEach))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> "not in time" + text(printed));
            assertEquals(0, process.exitValue(), () -> text(printed));
            return text(printed);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path printed) {
        try {
            return System.lineSeparator() + Files.readString(printed);
        } catch (IOException e) {
            return "; nothing can be read: " + e;
        }
    }

    private static List<String> command(List<String> laws, int tried, int ofEach) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-Dtest.interleavings=" + tried,
                "-Dtest.laws=" + ofEach,
                "-cp",
                System.getProperty("java.class.path"),
                Laws.class.getName()));
        command.addAll(laws);
        return command;
    }

    private static List<String> laws() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file ->
                            file.endsWith("Interleavings.class") && !file.startsWith("dev/hawser/interleavings"))
                    .map(file -> file.replace(".class", "").replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }
}
