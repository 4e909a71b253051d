package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The machine and the versions of a measurement.
 *
 * @param day the date
 * @param processor the processor's name and number
 * @param system kernel and its version
 * @param jvm name and version of the contestants' JVM
 * @param versions versions of the contestants' jars
 */
public record Machine(String day, String processor, String system, String jvm, String versions) {
    private static final List<String> JARS = List.of(
            "hawser-websocket",
            "jetty-server",
            "tomcat-embed-core",
            "undertow-core",
            "tyrus-server",
            "grizzly-framework");

    static Machine here(JavaMachine java, ClassPath classPath) throws IOException {
        return here(java, classPath, JARS);
    }

    /** The machine that runs this process, and the versions of the jars whose names begin with one of these. */
    public static Machine here(JavaMachine java, ClassPath classPath, List<String> jars) throws IOException {
        return new Machine(
                LocalDate.now(ZoneOffset.UTC).toString(),
                processorName() + ", " + Runtime.getRuntime().availableProcessors() + " processors",
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                java.title(),
                String.join(", ", classPath.named(jars)));
    }

    private static String processorName() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
