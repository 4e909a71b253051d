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

/**
 * Jetty as downloaded, started by {@code start.jar} on a {@code jetty.base} of the test's, with its own WebSocket among
 * its modules or not. It deploys what is in the folder {@code webapps}.
 */
class JettyIT {
    private static final String SESSION = "dev.hawser.internal.session.WebSocketSession";
    private static final String CONTAINER = "dev.hawser.internal.server.EndpointServerContainer";
    private static final String JETTYS_SESSION =
            "org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession";

    private static final String WITHOUT_OWN_WEBSOCKET = "--module=http,ee11-deploy,ee11-annotations";
    private static final String WITH_OWN_WEBSOCKET = WITHOUT_OWN_WEBSOCKET + ",ee11-websocket-jakarta";
    private static final String SWITCHED_OFF =
            "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.1\"><context-param>"
                    + "<param-name>org.eclipse.jetty.websocket.jakarta</param-name><param-value>false</param-value>"
                    + "</context-param></web-app>";

    @TempDir
    Path base;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectory(base.resolve("webapps"));
        Files.createDirectory(base.resolve("environments")); // else Jetty warns that it is not there
    }

    @Test
    void hawserServesTheDemoAsBuiltAndJettysOwnDoesNot() throws Exception {
        War.deploy(War.demo(), base.resolve("webapps/demo.war"));
        try (RunningServer server = start(WITH_OWN_WEBSOCKET)) {
            int port = portOf(server);
            try (Peer peer = Peer.connect(port, "/demo/echo")) {
                assertEquals("ahoy", peer.ask("ahoy"));
                assertEquals(0, peer.unasked(), "each message is echoed once");
                assertEquals(1, server.objectsOf(SESSION));
                assertEquals(0, server.objectsOf(JETTYS_SESSION));
            }
            Traffic.isEchoed(port, "/demo/echo");
            assertEquals(List.of(), complaints(server));
        }
    }

    @Test
    void aWarOfSpringBootHasOneContainerAndItsEndpointsAreBeans() throws Exception {
        springBoot().deployAs(base.resolve("webapps/app.war"));
        try (RunningServer server = start(WITHOUT_OWN_WEBSOCKET)) {
            assertHawserServesBeans(server);
        }
    }

    /** Else Jetty's own looks at the classes first, and stops the start at a constructor with parameters. */
    @Test
    void aWarOfSpringBootSwitchesJettysOwnOffByAParameter() throws Exception {
        springBoot().file("WEB-INF/web.xml", SWITCHED_OFF).deployAs(base.resolve("webapps/app.war"));
        try (RunningServer server = start(WITH_OWN_WEBSOCKET)) {
            assertHawserServesBeans(server);
        }
    }

    private static War springBoot() throws IOException {
        return War.withSpringBoot()
                .classes(SpringBootApp.class, SpringBootApp.Greetings.class, SpringBootApp.Greeting.class);
    }

    private static void assertHawserServesBeans(RunningServer server) throws Exception {
        try (Peer peer = Peer.connect(portOf(server), "/app/greeting")) {
            assertEquals("hello war " + SESSION + " 131072", peer.ask("war"));
            assertEquals(1, server.objectsOf(SESSION));
            assertEquals(1, server.objectsOf(CONTAINER));
            server.terminate();
            assertEquals(1001, peer.awaitClose());
        }
        server.awaitEnd();
        assertEquals(List.of(), complaints(server));
    }

    @Test
    void askedToYieldHawserLetsJettysOwnServeAndSaysSoOnce() throws Exception {
        War.withHawser().classes(Who.class).deployAs(base.resolve("webapps/who.war"));
        try (RunningServer server = start(WITH_OWN_WEBSOCKET, "-Ddev.hawser.onConflict=yield")) {
            try (Peer peer = Peer.connect(portOf(server), "/who/who")) {
                assertEquals(JETTYS_SESSION, peer.ask("who?"));
            }
            List<String> complaints = complaints(server);
            assertEquals(1, complaints.size(), complaints.toString());
            assertTrue(complaints.get(0).contains("Hawser"), complaints.toString());
        }
    }

    private RunningServer start(String modules, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-jar",
                Folders.server("jetty-home-.*").resolve("start.jar").toString(),
                "jetty.base=" + base,
                "jetty.http.host=127.0.0.1",
                "jetty.http.port=0",
                modules));
        return RunningServer.start(base, Map.of(), command.toArray(String[]::new));
    }

    /** Jetty deploys what is there before it says that it has started. */
    private static int portOf(RunningServer server) throws InterruptedException {
        server.awaitLine("Started oejs\\.Server@");
        return Integer.parseInt(
                server.awaitLine("Started oejs\\.ServerConnector@.*:(\\d+)\\}").group(1));
    }

    /** Of Jetty, of Spring, of Hawser. */
    private static List<String> complaints(RunningServer server) {
        return server.lines(line -> line.matches(".*\\b(WARN(ING)?|SEVERE|ERROR|[A-Za-z]*Exception)\\b.*"));
    }
}
