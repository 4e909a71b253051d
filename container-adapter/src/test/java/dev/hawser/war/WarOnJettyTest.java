package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.nio.file.Files;
import java.util.Map;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The drop-in jar in WEB-INF/lib of a real WAR, on a Jetty that knows nothing of it. */
class WarOnJettyTest {
    private static final String HAWSER = "dev.hawser.internal.server.EndpointServerContainer";

    private final RecordedLog log = new RecordedLog("dev.hawser.servlet");

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @Test
    void aWarMayCarryItsOwnJettyIo() throws Exception {
        Archive war = WarServer.war("")
                .file("WEB-INF/lib/jetty-io.jar", Files.readAllBytes(Archive.sourceOf(Connection.class)))
                .file("WEB-INF/lib/jetty-util.jar", Files.readAllBytes(Archive.sourceOf(Callback.class)));
        try (WarServer server = WarServer.start(Container.JETTY, Beside.NOTHING, war.build(), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
        }
    }

    @Test
    void withoutAnnotationScanningItStartsAnywayAndWarnsOnce() throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY,
                        Beside.WITHOUT_ANNOTATIONS,
                        WarServer.war("").build(),
                        Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            String warning = log.onlyWarning();
            assertTrue(warning.contains("ee11-annotations"), warning);
        }
    }

    @Test
    void aJarLeftOutOfTheOrderingWarnsOnceAndServesNothing() throws Exception {
        byte[] war = WarServer.war("<absolute-ordering><name>something_else</name></absolute-ordering>")
                .build();
        try (WarServer server = WarServer.start(Container.JETTY, Beside.NOTHING, war, Map.of());
                RawClient client = server.connect("/echo")) {
            assertEquals(404, client.status());
            assertEquals("none", server.serverContainer());
            String warning = log.onlyWarning();
            assertTrue(warning.contains("<name>hawser_websocket</name>"), warning);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<absolute-ordering><name>hawser_websocket</name></absolute-ordering>",
                "<absolute-ordering><name>something_else</name><others/></absolute-ordering>"
            })
    void namingItInTheOrderingIsARemedy(String ordering) throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY, Beside.NOTHING, WarServer.war(ordering).build(), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            log.assertNoWarnings();
        }
    }

    @Test
    void declaringTheListenerIsARemedy() throws Exception {
        byte[] war = WarServer.war(
                        "<absolute-ordering/><listener><listener-class>dev.hawser.servlet.HawserListener</listener-class></listener>")
                .build();
        try (WarServer server = WarServer.start(Container.JETTY, Beside.NOTHING, war, Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            assertEquals(HAWSER, server.serverContainer());
        }
    }

    @Test
    void hawserOnTheServerAndInTheWarServesOnce() throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY, Beside.HAWSER, WarServer.war("").build(), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            assertEquals(HAWSER, server.serverContainer());
            log.assertNoWarnings();
        }
    }

    @Test
    void hawserOnTheServerServesAWarWithoutAnyJar() throws Exception {
        byte[] war = new Archive().webClass(WarEcho.class).build();
        try (WarServer server = WarServer.start(Container.JETTY, Beside.HAWSER, war, Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
        }
    }

    @Test
    void jettysOwnIsReplacedAndUserFiltersStillWin() throws Exception {
        byte[] war = WarServer.war(WarServer.GUARDED).webClass(WarGuard.class).build();
        try (WarServer server = WarServer.start(Container.JETTY, Beside.OWN, war, Map.of());
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status());
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("hawser.jar "));
            assertEquals(HAWSER, server.serverContainer());
            log.assertNoWarnings();
        }
    }

    @Test
    void yieldLeavesJettysOwnInPlaceWithOneWarningThatNamesBoth() throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY,
                        Beside.OWN,
                        WarServer.war("").build(),
                        Map.of("dev.hawser.onConflict", "yield"));
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("jetty-"));
            String warning = log.onlyWarning();
            assertTrue(
                    warning.contains(
                            "Hawser and org.eclipse.jetty.ee11.websocket.jakarta.server.JakartaWebSocketServerContainer"),
                    warning);
            assertTrue(warning.contains("org.eclipse.jetty.websocket.jakarta=false"), warning);
        }
    }

    @Test
    void failRefusesToStart() {
        Exception failure = assertThrows(
                Exception.class,
                () -> WarServer.start(
                        Container.JETTY,
                        Beside.OWN,
                        WarServer.war("").build(),
                        Map.of("dev.hawser.onConflict", "fail")));
        assertTrue(failure.toString().contains("Two WebSocket implementations"), failure.toString());
    }
}
