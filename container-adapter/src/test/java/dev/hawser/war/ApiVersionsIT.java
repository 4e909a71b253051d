package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The one jar, in a JVM with the WebSocket API before the one it is compiled against, with that one, and with the one
 * to come.
 */
class ApiVersionsIT {
    private static final Pattern JETTY = Pattern.compile("(jetty-|slf4j-api).*\\.jar");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"2.1.1, -, - 0", "2.2.0, true, - 0", "2.3.0-M2, true, 127.0.0.1 8"})
    void serverAndClientRunWithThisVersion(String version, String session, String getters) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(version),
                        EchoOnApi.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertTrue(ended, printed);
        assertEquals(0, process.exitValue(), printed);
        List<String> lines = printed.lines()
                .filter(line -> line.matches("(sent|session|received) .*"))
                .toList();
        assertEquals(3, lines.size(), printed);
        assertEquals("sent true", lines.get(0));
        assertEquals("session " + session, lines.get(1));
        assertEquals("received hello " + getters, lines.get(2));
    }

    /** The shipped jar, Jetty without a WebSocket implementation of its own, and one version of the API. */
    private static String classPath(String version) throws Exception {
        List<String> entries = new ArrayList<>();
        entries.add(Path.of(EchoOnApi.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString());
        entries.add(Path.of(property("hawser.jars"), property("hawser.jars.name") + ".jar")
                .toString());
        for (String artifact : List.of("jakarta.websocket-api", "jakarta.websocket-client-api")) {
            Path api = Path.of(property("hawser.jars.apis"), artifact + "-" + version + ".jar");
            assertTrue(Files.isRegularFile(api), api.toString());
            entries.add(api.toString());
        }
        entries.add(property("hawser.jars.servlet-api"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (JETTY.matcher(name).matches() && !name.contains("websocket")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertTrue(value != null, name + " is not set: run this test with mvn verify");
        return value;
    }
}
