package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The drop-in jar in WEB-INF/lib of a real WAR, on Tomcat 10.1 and 11, with and without Tomcat's own WebSocket. */
class WarOnTomcatTest {
    private static final String HAWSER = "dev.hawser.internal.server.EndpointServerContainer";
    private static final String TOMCATS = "org.apache.tomcat.websocket.server.WsServerContainer";

    private final RecordedLog log = new RecordedLog("dev.hawser.servlet");

    @AfterEach
    void stopRecording() {
        log.close();
    }

    /** Nothing is configured, and the application's filter guards the handshake. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_10", "TOMCAT_11"})
    void theJarInTheWarServesInThePlaceOfTomcatsOwn(Container version) throws Exception {
        Archive war = WarServer.war(WarServer.GUARDED).webClass(WarGuard.class);
        try (WarServer server = WarServer.start(version, Beside.OWN, war.build(), Map.of());
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status());
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("hawser.jar "));
            assertEquals(HAWSER, server.serverContainer());
            assertTrue(isReadByAThreadOfTheWar(), "the WAR's Hawser sees Tomcat's classes");
            log.assertNoWarnings();
        }
        assertFalse(isReadByAThreadOfTheWar());
    }

    private static boolean isReadByAThreadOfTheWar() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().matches("hawser-.*-selector-\\d+")
                        && thread.getContextClassLoader().getClass().getName().endsWith("WebappClassLoader"));
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_10", "TOMCAT_11"})
    void tomcatsOwnServesWithOneWarningThatNamesBothAndTheRemedy(Container version) throws Exception {
        try (WarServer server = WarServer.start(
                        version, Beside.OWN, WarServer.war("").build(), Map.of("dev.hawser.onConflict", "yield"));
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("tomcat-embed-websocket"));
            assertEquals(TOMCATS, server.serverContainer());
            String warning = log.onlyWarning();
            assertTrue(warning.contains("Hawser and " + TOMCATS), warning);
            assertTrue(
                    warning.contains("containerSciFilter=\"org\\.apache\\.tomcat\\.websocket\\.server\\.WsSci\""),
                    warning);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_10", "TOMCAT_11"})
    void theLineInContextXmlIsTheRemedy(Container version) throws Exception {
        Archive war = WarServer.war(WarServer.GUARDED);
        war.webClass(WarGuard.class)
                .file(
                        "META-INF/context.xml",
                        "<Context containerSciFilter=\"org\\.apache\\.tomcat\\.websocket\\.server\\.WsSci\"/>");
        try (WarServer server = WarServer.start(version, Beside.OWN, war.build(), Map.of());
                RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status());
            client.upgraded().sendText("where");
            assertTrue(client.readFrame().text().startsWith("hawser.jar "));
            assertEquals(HAWSER, server.serverContainer());
            log.assertNoWarnings();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_10", "TOMCAT_11"})
    void failRefusesToStart(Container version) {
        // Tomcat logs why; the same application starts under the other policies.
        Exception failure = assertThrows(
                Exception.class,
                () -> WarServer.start(
                        version, Beside.OWN, WarServer.war("").build(), Map.of("dev.hawser.onConflict", "fail")));
        assertEquals("The context did not start", failure.getMessage());
        log.assertNoWarnings();
    }

    /** Both jars on the server's class path, ours first: then Tomcat's initializer runs after ours. */
    @ParameterizedTest
    @CsvSource({"replace, hawser", "yield, tomcat"})
    void thePolicyHoldsAlsoIfTomcatsOwnComesLater(String policy, String serves) throws Exception {
        Archive war = new Archive().webClass(WarEcho.class);
        try (WarServer server = WarServer.start(
                        Container.TOMCAT_11,
                        Beside.HAWSER_THEN_OWN,
                        war.build(),
                        Map.of("dev.hawser.onConflict", policy));
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            String where = client.readFrame().text();
            assertTrue(where.startsWith(serves), where);
            if (serves.equals("hawser")) {
                assertEquals(HAWSER, server.serverContainer());
                log.assertNoWarnings();
            } else {
                assertEquals(TOMCATS, server.serverContainer());
                log.onlyWarning();
            }
        }
    }
}
