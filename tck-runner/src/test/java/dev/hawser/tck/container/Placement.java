package dev.hawser.tck.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where the implementation under test lies. Chosen with {@code -Dplacement=server|webinf}. */
public enum Placement {
    /** On the server's class path, together with the WebSocket API, as in an embedded server. */
    SERVER,

    /** In the {@code WEB-INF/lib} of each application; the server has neither it nor the WebSocket API. */
    WEBINF;

    /** The placement that this run was started with. */
    public static Placement ofThisRun() {
        return valueOf(System.getProperty("hawser.suite.placement", "server").toUpperCase(Locale.ROOT));
    }

    /** The jars to add to each application. */
    List<Path> jarsForEachApplication() throws IOException {
        if (this == SERVER) {
            return List.of();
        }
        Path directory = Path.of(System.getProperty("hawser.suite.webinf.lib", ""));
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
