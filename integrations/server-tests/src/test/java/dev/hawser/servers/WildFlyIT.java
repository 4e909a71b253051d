package dev.hawser.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WildFly as downloaded, with its standalone configuration and its websocket subsystem on, and the jar in the WAR. */
class WildFlyIT {
    private static final String SESSION = "dev.hawser.internal.session.WebSocketSession";
    private static final String UNDERTOWS_SESSION = "io.undertow.websockets.jsr.UndertowSession";
    private static final String REPLACED = "in the place of io.undertow.websockets.jsr.ServerWebSocketContainer";

    @TempDir
    Path base;

    private final Path home = Folders.server("wildfly-.*");
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        Folders.copy(home.resolve("standalone"), base);
        port = Folders.freePort();
    }

    @Test
    void hawserServesInjectedEndpointsInTheServersPlaceWithoutConfiguration() throws Exception {
        war().deployAs(deployment());
        try (RunningServer server = start()) {
            try (Peer who = Peer.connect(port, "/app/who");
                    Peer injected = Peer.connect(port, "/app/injected")) {
                assertEquals(SESSION, who.ask("who?"));
                assertEquals("hello sailor", injected.ask("sailor"));
                assertEquals(0, injected.unasked());
                assertEquals(2, server.objectsOf(SESSION));
                assertEquals(0, server.objectsOf(UNDERTOWS_SESSION));
            }
            assertEquals(1, server.lines(line -> line.contains(REPLACED)).size(), server.text());
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    /** WildFly itself keeps the application before the present one, with or without Hawser. */
    @Test
    void aWarThatIsReplacedUnderAnOpenSessionEndsItWith1001AndIsCollected() throws Exception {
        war().deployAs(deployment());
        try (RunningServer server = start()) {
            for (int redeployment = 1; redeployment <= 4; redeployment++) {
                try (Peer peer = Peer.connect(port, "/app/who")) {
                    assertEquals(SESSION, peer.ask("who?"));
                    war().deployAs(deployment());
                    assertEquals(1001, peer.awaitClose());
                }
                server.awaitLine("WFLYSRV0016: Replaced deployment", redeployment);
            }
            try (Peer peer = Peer.connect(port, "/app/who")) {
                assertEquals(SESSION, peer.ask("who?"));
            }
            server.awaitObjects("dev.hawser.internal.server.EndpointServerContainer", 2);
            assertEquals(5, server.lines(line -> line.contains(REPLACED)).size(), server.text());
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    @Test
    void theDemoAsBuiltEchoesWhateverComes() throws Exception {
        War.deploy(War.demo(), deployment());
        try (RunningServer server = start()) {
            Traffic.isEchoed(port, "/app/echo");
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    @Test
    void sigtermEndsEachSessionWith1001AndThenTheProcess() throws Exception {
        war().deployAs(deployment());
        try (RunningServer server = start()) {
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
    void askedToYieldHawserLetsWildFlysOwnServeAndNamesWhatSwitchesThatOff() throws Exception {
        war().deployAs(deployment());
        try (RunningServer server = start("-Ddev.hawser.onConflict=yield")) {
            try (Peer who = Peer.connect(port, "/app/who")) {
                assertEquals(UNDERTOWS_SESSION, who.ask("who?"));
            }
            List<String> complaints = complaintsOfHawser(server);
            assertEquals(1, complaints.size(), complaints.toString());
            assertTrue(complaints.get(0).contains("on WildFly, take <websockets/> out of"), complaints.toString());
        }
    }

    @Test
    void theSwitchThatTheWarningNamesIsOne() throws Exception {
        Path configuration = base.resolve("configuration/standalone.xml");
        String before = Files.readString(configuration);
        assertTrue(before.contains("<websockets/>"));
        Files.writeString(configuration, before.replace("<websockets/>", ""));
        war().deployAs(deployment());
        try (RunningServer server = start()) {
            try (Peer who = Peer.connect(port, "/app/who")) {
                assertEquals(SESSION, who.ask("who?"));
            }
            assertEquals(List.of(), server.lines(line -> line.contains(REPLACED)));
            assertEquals(List.of(), complaintsOfHawser(server));
        }
    }

    private static War war() throws IOException {
        return War.withHawser().classes(Who.class, InjectedEndpoint.class, Greeting.class);
    }

    private Path deployment() {
        return base.resolve("deployments/app.war");
    }

    private RunningServer start(String... options) throws Exception {
        RunningServer server = RunningServer.start(
                base,
                Map.of(
                        "JBOSS_HOME",
                        home.toString(),
                        "JAVA_OPTS",
                        "-Xmx256m -Djava.net.preferIPv4Stack=true " + String.join(" ", options),
                        "LAUNCH_JBOSS_IN_BACKGROUND",
                        "true"),
                home.resolve("bin/standalone.sh").toString(),
                "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + port,
                "-Djboss.https.port=" + Folders.freePort(),
                "-Djboss.management.http.port=" + Folders.freePort());
        server.awaitLine("WFLYSRV0025: .* started in");
        return server;
    }

    private static List<String> complaintsOfHawser(RunningServer server) {
        return server.lines(
                line -> line.matches(".*\\b(WARN|ERROR)\\b.*(hawser|WebSocket).*") || line.contains("at dev.hawser"));
    }
}
