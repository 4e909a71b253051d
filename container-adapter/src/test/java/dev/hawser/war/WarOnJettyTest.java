package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.servlet.RawClient;
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
    private static final String HAWSER = "dev.hawser.server.EndpointServerContainer";

    private final RecordedLog log = new RecordedLog("dev.hawser.servlet");

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @Test
    void theDropInJarNeedsNothingOfTheServer() throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY, Beside.NOTHING, WarServer.war("").build(), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertEquals("hawser.jar hawser.jar", client.readFrame().text());
            client.assertEchoes("hello");
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
        }
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
    void stopSends1001() throws Exception {
        try (WarServer server = WarServer.start(
                        Container.JETTY, Beside.NOTHING, WarServer.war("").build(), Map.of());
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            Thread stop = server.stopping();
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9});
            stop.join(20_000);
            assertFalse(stop.isAlive());
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
            assertEquals(1, log.warnings().size(), log.warnings().toString());
            assertTrue(
                    log.warnings().get(0).contains("ee11-annotations"),
                    log.warnings().get(0));
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
            assertEquals(1, log.warnings().size(), log.warnings().toString());
            assertTrue(
                    log.warnings().get(0).contains("<name>hawser_websocket</name>"),
                    log.warnings().get(0));
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
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
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
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
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
        byte[] war = WarServer.war(
                        "<filter><filter-name>guard</filter-name><filter-class>dev.hawser.war.WarGuard</filter-class></filter>"
                                + "<filter-mapping><filter-name>guard</filter-name><url-pattern>/*</url-pattern></filter-mapping>")
                .webClass(WarGuard.class)
                .build();
        try (WarServer server = WarServer.start(Container.JETTY, Beside.OWN, war, Map.of());
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status());
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("hawser.jar "));
            assertEquals(HAWSER, server.serverContainer());
            assertTrue(log.warnings().isEmpty(), log.warnings().toString());
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
            assertEquals(1, log.warnings().size(), log.warnings().toString());
            String warning = log.warnings().get(0);
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
