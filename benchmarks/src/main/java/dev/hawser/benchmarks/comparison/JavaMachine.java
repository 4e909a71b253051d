package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The JVM that runs the contestants.
 *
 * @param command the program {@code java}
 * @param title name and version, for readers
 * @param feature the feature release, such as 17
 */
public record JavaMachine(Path command, String title, int feature) {
    private static final long PATIENCE_SECONDS = 30;

    /** The JVM that runs the comparison. */
    public static JavaMachine own() {
        return new JavaMachine(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                Runtime.version().feature());
    }

    /**
     * Another JVM, which is asked for its version.
     *
     * @throws IllegalArgumentException if the program is not a JVM
     */
    static JavaMachine at(Path command) {
        Map<String, String> properties = new HashMap<>();
        try {
            Process process = new ProcessBuilder(command.toString(), "-XshowSettings:properties", "-version")
                    .redirectErrorStream(true)
                    .start();
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> {
                        String[] parts = line.strip().split(" = ", 2);
                        if (parts.length == 2) {
                            properties.put(parts[0], parts[1]);
                        }
                    });
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new JavaMachine(
                    command,
                    properties.get("java.vm.name") + " " + properties.get("java.vm.version"),
                    Integer.parseInt(properties.getOrDefault("java.specification.version", "")));
        } catch (IOException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "bench.java=" + command + " is no java of version 17 or later: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
