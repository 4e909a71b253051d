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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The one jar in Jetty's environment ee10, alone and beside Jetty's own WebSocket. Its Servlet is 6.0, its WebSocket
 * API 2.1.
 */
class Ee10IT {
    /** Jetty without ee11, and what {@code RawClient} needs of JUnit. */
    private static final Pattern TAKEN = Pattern.compile(
            "(jetty-(?!ee11).*|slf4j-api.*|jakarta.servlet-api-6\\.0.*|junit-jupiter-api.*|junit-platform-commons.*|opentest4j.*)\\.jar");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void echoCloseAddEndpointSecurityAndStopWork(boolean besideJettysOwn) throws Exception {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(besideJettysOwn),
                OnEe10.class.getName()));
        if (besideJettysOwn) {
            command.add(
                    "org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer");
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertTrue(ended, printed);
        assertEquals(
                List.of(
                        "embedded hello",
                        "servlet 6.0",
                        "container dev.hawser.internal.server.EndpointServerContainer",
                        "where " + property("hawser.jars.name") + ".jar jakarta.websocket-client-api-2.1.1.jar",
                        "close 4002",
                        "added deck 9 hello",
                        "anonymous 401",
                        "user ada true",
                        "stop 1001",
                        "end"),
                printed.lines()
                        .filter(line -> line.matches(
                                "(embedded|servlet|container|where|close|added|anonymous|user|stop|end)( .*)?"))
                        .toList(),
                printed);
    }

    private static String classPath(boolean withJettysOwn) throws Exception {
        List<String> entries = new ArrayList<>();
        entries.add(Archive.sourceOf(OnEe10.class).toString());
        entries.add(Path.of(property("hawser.jars"), property("hawser.jars.name") + ".jar")
                .toString());
        for (String artifact : List.of("jakarta.websocket-api", "jakarta.websocket-client-api")) {
            entries.add(Path.of(property("hawser.jars.apis"), artifact + "-2.1.1.jar")
                    .toString());
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (TAKEN.matcher(name).matches() && (withJettysOwn || !name.contains("websocket"))) {
                entries.add(entry);
            }
        }
        if (withJettysOwn) {
            entries.add(property("hawser.jars.ee10-websocket") + "/*");
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertTrue(value != null, name + " is not set: run this test with mvn verify");
        return value;
    }
}
