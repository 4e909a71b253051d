package dev.hawser.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tomcat as downloaded, with its own WebSocket in its lib, started by {@code catalina.sh run} on a CATALINA_BASE of the
 * test's: the distribution's configuration, but for the ports and how often Tomcat looks for new WARs.
 */
class TomcatIT {
    private static final String SESSION = "dev.hawser.internal.session.WebSocketSession";
    private static final String SOCKET = "dev.hawser.internal.tomcat.TakenSocket";
    private static final String TOMCATS_SESSION = "org.apache.tomcat.websocket.WsSession";
    private static final String APPLICATION = "org.apache.catalina.loader.ParallelWebappClassLoader";
    private static final String REPLACED = "in the place of org.apache.tomcat.websocket.server.WsServerContainer";

    @TempDir
    Path base;

    static List<Path> tomcats() {
        return Folders.servers("apache-tomcat-.*");
    }

    @ParameterizedTest
    @MethodSource("tomcats")
    void hawserServesTheDemoAsBuiltAndTomcatsOwnDoesNot(Path home) throws Exception {
        prepare(home);
        War.deploy(War.demo(), demo());
        try (RunningServer server = start(home)) {
            int port = portOf(server);
            assertTrue(page(port, "/demo/").body().contains("<title>Hawser Chat</title>"));
            try (Peer peer = Peer.connect(port, "/demo/echo")) {
                assertEquals("ahoy", peer.ask("ahoy"));
                assertEquals("again", peer.ask("again"));
                assertEquals(0, peer.unasked(), "each message is echoed once");
                assertEquals(1, server.objectsOf(SESSION));
                assertEquals(1, server.objectsOf("dev.hawser.examples.echo.EchoEndpoint"));
                assertEquals(0, server.objectsOf(TOMCATS_SESSION));
                assertEquals(1, server.objectsOf(SOCKET), "the transport is Tomcat's own");
            }
            Traffic.isEchoed(port, "/demo/echo");
            assertEquals(1, server.lines(line -> line.contains(REPLACED)).size(), server.text());
            assertEquals(List.of(), complaints(server));
        }
    }

    @ParameterizedTest
    @MethodSource("tomcats")
    void aWarThatIsReplacedUnderAnOpenSessionEndsItWith1001AndIsCollected(Path home) throws Exception {
        prepare(home);
        War.deploy(War.demo(), demo());
        try (RunningServer server = start(home)) {
            int port = portOf(server);
            for (int redeployment = 1; redeployment <= 2; redeployment++) {
                try (Peer peer = Peer.connect(port, "/demo/echo")) {
                    assertEquals("ahoy", peer.ask("ahoy"));
                    War.deploy(War.demo(), demo());
                    assertEquals(1001, peer.awaitClose());
                }
                server.awaitLine(
                        "Deployment of web application archive \\[.*demo.war\\] has finished", 1 + redeployment);
            }
            try (Peer peer = Peer.connect(port, "/demo/echo")) {
                assertEquals("the new one", peer.ask("the new one"));
                server.awaitObjects(APPLICATION, 1);
                assertEquals(1, server.objectsOf(APPLICATION));
                assertEquals(1, server.objectsOf(SESSION));
                assertEquals(1, server.objectsOf("dev.hawser.internal.server.EndpointServerContainer"));
            }
            assertEquals(3, server.lines(line -> line.contains(REPLACED)).size(), server.text());
            assertEquals(List.of(), complaints(server));
        }
    }

    @ParameterizedTest
    @MethodSource("tomcats")
    void sigtermEndsEachSessionWith1001AndThenTheProcess(Path home) throws Exception {
        prepare(home);
        War.deploy(War.demo(), demo());
        try (RunningServer server = start(home)) {
            int port = portOf(server);
            try (Peer one = Peer.connect(port, "/demo/echo");
                    Peer other = Peer.connect(port, "/demo/echo")) {
                assertEquals("ahoy", one.ask("ahoy"));
                assertEquals("ahoy", other.ask("ahoy"));
                server.terminate();
                assertEquals(1001, one.awaitClose());
                assertEquals(1001, other.awaitClose());
            }
            server.awaitEnd();
            assertEquals(List.of(), complaints(server));
        }
    }

    @ParameterizedTest
    @MethodSource("tomcats")
    void inTheServersLibHawserServesTheApplications(Path home) throws Exception {
        prepare(home);
        Files.copy(War.dropInJar(), Files.createDirectories(base.resolve("lib")).resolve("hawser.jar"));
        new War().classes(Who.class).deployAs(base.resolve("webapps/who.war"));
        try (RunningServer server = start(home)) {
            try (Peer peer = Peer.connect(portOf(server), "/who/who")) {
                assertEquals(SESSION, peer.ask("who?"));
                assertEquals(1, server.objectsOf(SOCKET), "the transport is Tomcat's own");
            }
            assertEquals(List.of(), complaints(server));
        }
    }

    @ParameterizedTest
    @MethodSource("tomcats")
    void askedToYieldHawserLetsTomcatsOwnServeAndSaysSoOnce(Path home) throws Exception {
        prepare(home);
        War.withHawser().classes(Who.class).deployAs(base.resolve("webapps/who.war"));
        try (RunningServer server = start(home, "-Ddev.hawser.onConflict=yield")) {
            try (Peer peer = Peer.connect(portOf(server), "/who/who")) {
                assertEquals(TOMCATS_SESSION, peer.ask("who?"));
            }
            List<String> complaints = complaints(server);
            assertEquals(1, complaints.size(), complaints.toString());
            assertTrue(complaints.get(0).contains("containerSciFilter="), complaints.toString());
        }
    }

    private void prepare(Path home) throws IOException {
        Folders.copy(home.resolve("conf"), base.resolve("conf"));
        for (String folder : List.of("logs", "temp", "webapps", "work")) {
            Files.createDirectory(base.resolve(folder));
        }
        Path configuration = base.resolve("conf/server.xml");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replace("port=\"8005\"", "port=\"-1\"")
                        .replace("<Connector port=\"8080\"", "<Connector address=\"127.0.0.1\" port=\"0\"")
                        .replace("<Engine ", "<Engine backgroundProcessorDelay=\"1\" "));
    }

    private Path demo() {
        return base.resolve("webapps/demo.war");
    }

    private RunningServer start(Path home, String... options) throws IOException {
        return RunningServer.start(
                base,
                Map.of(
                        "CATALINA_HOME", home.toString(),
                        "CATALINA_BASE", base.toString(),
                        "CATALINA_OPTS", "-Xmx256m " + String.join(" ", options)),
                home.resolve("bin/catalina.sh").toString(),
                "run");
    }

    /** Tomcat opens the port once it has deployed what is there. */
    private static int portOf(RunningServer server) throws InterruptedException {
        server.awaitLine("Server startup in ");
        return Integer.parseInt(server.awaitLine("Starting ProtocolHandler \\[\"http-nio-.*-(\\d+)\"\\]")
                .group(1));
    }

    /** Of Tomcat's leak detection, of Hawser, of anybody. */
    private static List<String> complaints(RunningServer server) {
        // A busy machine makes Tomcat say that its random numbers took long.
        return server.lines(
                line -> line.matches(".*\\b(WARNING|SEVERE|Exception)\\b.*") && !line.contains("createSecureRandom"));
    }

    private static HttpResponse<String> page(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        BodyHandlers.ofString());
    }
}
