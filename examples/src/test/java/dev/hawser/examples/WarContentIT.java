package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.DemoProcess.Addresses;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise of the drop-in jar: that one file in WEB-INF/lib, and a server that knows nothing of WebSocket. */
class WarContentIT {
    private static final String DROP_IN = "hawser-websocket-[^/]*-dropin\\.jar";

    @TempDir
    Path folder;

    @Test
    void theDropInJarIsTheOnlyFileInWebInfLib() throws IOException {
        List<String> files = entries(DemoProcess.war()).stream()
                .filter(name -> name.startsWith("WEB-INF/lib/") && !name.endsWith("/"))
                .toList();
        assertEquals(1, files.size(), files.toString());
        assertTrue(files.get(0).matches("WEB-INF/lib/" + DROP_IN), files.toString());
    }

    @Test
    void theWarHoldsThePageAndTheEndpointsAndNothingOfTheServer() throws IOException {
        List<String> entries = entries(DemoProcess.war());
        for (String expected : List.of(
                "index.html",
                "app.js",
                "dashboard.html",
                "style.css",
                "WEB-INF/classes/dev/hawser/examples/chat/ChatEndpoint.class",
                "WEB-INF/classes/dev/hawser/examples/echo/EchoEndpoint.class")) {
            assertTrue(entries.contains(expected), expected + " in " + entries);
        }
        List<String> others = entries.stream()
                .filter(name -> name.endsWith(".class")
                        && !name.matches("WEB-INF/classes/dev/hawser/examples/(chat|dashboard|echo|json)/[^/]+"))
                .toList();
        assertEquals(List.of(), others);
    }

    @Test
    void theServerHasNoWebSocketJarAndNoWebSocketApi() throws IOException {
        for (String element : DemoProcess.serverClassPath().split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (Files.isRegularFile(path)) {
                assertTrue(!path.getFileName().toString().contains("websocket"), element);
                List<String> api = entries(path).stream()
                        .filter(name -> name.contains("jakarta/websocket/") || name.contains("dev/hawser/"))
                        .toList();
                assertEquals(List.of(), api, element);
            }
        }
    }

    @Test
    void theApiAndTheEngineAreLoadedFromTheJarInWebInfLib() throws Exception {
        Path war = Files.copy(DemoProcess.war(), folder.resolve("where.war"));
        addClass(war, WhereEndpoint.class);
        try (DemoProcess demo = DemoProcess.start(war, "-Ddemo.port=0", "-Ddemo.tlsPort=0")) {
            Addresses addresses = demo.awaitAddresses();
            try (ChatClient client = ChatClient.connect(addresses.webSocket(false, "/where"))) {
                assertAll(Stream.of("api", "session", "container", "remote").map(kind -> () -> {
                    client.send(kind);
                    String where = client.awaitText();
                    assertTrue(
                            where.matches("(jakarta\\.websocket|dev\\.hawser)\\.\\S+ .*/WEB-INF/lib/" + DROP_IN),
                            where);
                }));
                client.send("endpoint");
                String where = client.awaitText();
                assertTrue(where.matches(".* .*/WEB-INF/classes/"), where);
            }
            demo.stop();
        }
    }

    private static void addClass(Path war, Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        try (FileSystem zip = FileSystems.newFileSystem(war);
                InputStream bytes = type.getClassLoader().getResourceAsStream(file)) {
            Path target = zip.getPath("WEB-INF/classes", file);
            Files.createDirectories(target.getParent());
            Files.copy(bytes, target);
        }
    }

    private static List<String> entries(Path zip) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().map(entry -> entry.getName()).toList();
        }
    }
}
