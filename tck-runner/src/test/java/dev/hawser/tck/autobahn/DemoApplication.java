package dev.hawser.tck.autobahn;

import dev.hawser.tck.container.ContainerUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A program: the container under test with the demo's WAR, and no setting about WebSocket. The WAR brings Hawser in its
 * {@code WEB-INF/lib}; the container has neither it nor the WebSocket API.
 */
final class DemoApplication {
    /** The path of the endpoint that echoes. */
    static final String ECHO = "/demo/echo";

    private DemoApplication() {}

    /** The argument is the WAR. */
    public static void main(String[] arguments) throws Exception {
        ContainerUnderTest container =
                ServiceLoader.load(ContainerUnderTest.class).findFirst().orElseThrow();
        int port = container.start(Files.createTempDirectory(Path.of(""), "container"));
        container.deploy("/demo", unpacked(Path.of(arguments[0])));
        System.out.println("Listening on port " + port);
        while (System.in.read() >= 0) {
            // until whoever started this is gone
        }
        Runtime.getRuntime().halt(0);
    }

    private static Path unpacked(Path war) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "demo");
        try (InputStream file = Files.newInputStream(war);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
        return directory;
    }
}
