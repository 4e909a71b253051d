package dev.hawser.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payara Micro, with Tyrus as its own WebSocket, and the jar in the WAR. */
class PayaraIT {
    private static final String SESSION = "dev.hawser.internal.session.WebSocketSession";
    private static final String REPLACED = "in the place of org.glassfish.tyrus.";

    @TempDir
    Path folder;

    private int port;

    @BeforeEach
    void prepare() throws IOException {
        port = Folders.freePort();
    }

    @Test
    void hawserServesInjectedEndpointsInTheServersPlaceWithoutConfiguration() throws Exception {
        try (RunningServer server = start(war())) {
            try (Peer who = Peer.connect(port, "/app/who");
                    Peer injected = Peer.connect(port, "/app/injected")) {
                assertEquals(SESSION, who.ask("who?"));
                assertEquals("hello sailor", injected.ask("sailor"));
                assertEquals(0, injected.unasked());
                assertEquals(2, server.objectsOf(SESSION));
                assertEquals(0, server.objectsOf("org.glassfish.tyrus.core.TyrusSession"));
            }
            // Payara calls initializers in any order, and Tyrus does nothing where Hawser is there.
            assertTrue(server.lines(line -> line.contains(REPLACED)).size() <= 1, server.text());
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    @Test
    void theDemoAsBuiltEchoesWhateverComes() throws Exception {
        try (RunningServer server = start(War.demo())) {
            Traffic.isEchoed(port, "/app/echo");
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    @Test
    void sigtermEndsEachSessionWith1001AndThenTheProcess() throws Exception {
        try (RunningServer server = start(war())) {
            try (Peer peer = Peer.connect(port, "/app/who")) {
                assertEquals(SESSION, peer.ask("who?"));
                server.terminate();
                assertEquals(1001, peer.awaitClose());
            }
            server.awaitEnd();
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    @Test
    void askedToYieldHawserLetsTyrusServeAndSaysSoOnce() throws Exception {
        try (RunningServer server = start(war(), "-Ddev.hawser.onConflict=yield")) {
            try (Peer who = Peer.connect(port, "/app/who")) {
                assertEquals("org.glassfish.tyrus.core.TyrusSession", who.ask("who?"));
            }
            List<String> complaints = complaintsOfHawser(server);
            assertEquals(1, complaints.size(), complaints.toString());
            assertTrue(complaints.get(0).contains("on GlassFish and Payara"), complaints.toString());
        }
    }

    @Test
    void aFilterThatIsMappedByServletNameGuardsTheHandshake() throws Exception {
        Path war = folder.resolve("wars").resolve("app.war");
        Files.createDirectories(war.getParent());
        War.withHawser()
                .classes(Who.class, Guard.class)
                .file("WEB-INF/web.xml", """
                        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                          <filter>
                            <filter-name>guard</filter-name><filter-class>dev.hawser.servers.Guard</filter-class>
                          </filter>
                          <filter-mapping>
                            <filter-name>guard</filter-name><servlet-name>default</servlet-name>
                          </filter-mapping>
                        </web-app>
                        """)
                .deployAs(war);
        try (RunningServer server = start(war)) {
            assertEquals(401, Peer.refusal(port, "/app/who"));
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    private Path war() throws IOException {
        Path war = folder.resolve("wars").resolve("app.war");
        Files.createDirectories(war.getParent());
        War.withHawser()
                .classes(Who.class, InjectedEndpoint.class, Greeting.class)
                .deployAs(war);
        return war;
    }

    private RunningServer start(Path war, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-jar",
                Folders.server("payara-micro-.*").toString(),
                "--deploy",
                war.toString(),
                "--contextroot",
                "app",
                "--port",
                Integer.toString(port),
                "--nocluster",
                "--rootdir",
                folder.resolve("root").toString()));
        RunningServer server = RunningServer.start(folder, Map.of(), command.toArray(String[]::new));
        server.awaitLine("ready in [\\d,.]+ \\(ms\\)");
        return server;
    }

    private static List<String> complaintsOfHawser(RunningServer server) {
        return server.lines(line -> line.matches(".*(WARNING|SEVERE).*dev.hawser.*") || line.contains("at dev.hawser"));
    }
}
