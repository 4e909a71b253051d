package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.logs.SecretsInLogs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Redeployment} in a JVM that does nothing else, so that its native memory can be compared. */
final class OwnJvm {
    private static final String[] PASSED_ON = {"hawser.test.containers.jars", "java.util.logging.config.file"};

    private OwnJvm() {}

    /** Runs to the end, and gives what was printed, logs included. */
    static List<String> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NativeMemory.OPTIONS);
        command.add(
                "--add-opens=java.base/java.lang=ALL-UNNAMED"); // so that Tomcat looks for ThreadLocals that are left
        for (String name : PASSED_ON) {
            if (System.getProperty(name) != null) {
                command.add("-D" + name + "=" + System.getProperty(name));
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Redeployment.class.getName()));
        command.addAll(List.of(arguments));
        File output = File.createTempFile("hawser-redeployment", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().putAll(NativeMemory.ENVIRONMENT);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(14, TimeUnit.MINUTES), () -> "does not end; see " + output);
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output.toPath());
        lines.forEach(line -> SecretsInLogs.read("a JVM of its own", line));
        int tail = Math.max(0, lines.size() - 40);
        assertEquals(0, process.exitValue(), () -> String.join("\n", lines.subList(tail, lines.size())));
        Files.delete(output.toPath());
        return lines;
    }
}
