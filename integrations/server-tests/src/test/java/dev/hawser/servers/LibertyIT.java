package dev.hawser.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open Liberty, on whose upgraded requests no web socket can rely, and the jar in the WAR. */
class LibertyIT {
    private static final String OBSTACLE = "Open Liberty drops bytes";

    @TempDir
    Path folder;

    private int port;

    @BeforeEach
    void prepare() throws IOException {
        port = Folders.freePort();
    }

    @Test
    void withItsFeatureLibertysOwnServesAndHawserSaysSoOnce() throws Exception {
        try (RunningServer server = start("servlet-6.0", "cdi-4.0", "websocket-2.1")) {
            try (Peer who = Peer.connect(port, "/app/who")) {
                String session = who.ask("who?");
                assertTrue(session.contains(".wsoc."), session);
            }
            assertOneWarning(server, "io.openliberty.wsoc.");
        }
    }

    @Test
    void withoutItsFeatureNobodyServesAndHawserNamesTheFeature() throws Exception {
        try (RunningServer server = start("servlet-6.0", "cdi-4.0")) {
            assertThrows(ExecutionException.class, () -> Peer.connect(port, "/app/who"));
            assertOneWarning(server, "Nobody serves them");
        }
    }

    private static void assertOneWarning(RunningServer server, String who) {
        List<String> warnings = server.lines(line -> line.matches("\\[(WARNING|ERROR)\\s*\\].*Hawser.*"));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains(OBSTACLE), warnings.toString());
        assertTrue(warnings.get(0).contains(who), warnings.toString());
        assertTrue(warnings.get(0).contains("websocket-2.1"), warnings.toString());
    }

    private RunningServer start(String... features) throws Exception {
        Path server = folder.resolve("servers/app");
        Files.createDirectories(server.resolve("apps"));
        War.withHawser().classes(Who.class).deployAs(server.resolve("apps/app.war"));
        StringBuilder enabled = new StringBuilder();
        for (String feature : features) {
            enabled.append("<feature>").append(feature).append("</feature>");
        }
        Files.writeString(
                server.resolve("server.xml"),
                "<server><featureManager>" + enabled + "</featureManager>"
                        + "<httpEndpoint id=\"defaultHttpEndpoint\" host=\"127.0.0.1\" httpPort=\"" + port
                        + "\" httpsPort=\"-1\"/>"
                        + "<webApplication location=\"app.war\" contextRoot=\"/app\"/></server>");
        Files.writeString(server.resolve("jvm.options"), "-Xmx256m\n");
        RunningServer liberty = RunningServer.start(
                folder,
                Map.of("WLP_USER_DIR", folder.toString()),
                Folders.server("wlp").resolve("bin/server").toString(),
                "run",
                "app");
        liberty.awaitLine("CWWKZ0001I");
        liberty.awaitLine("CWWKF0011I"); // the port is open
        return liberty;
    }
}
