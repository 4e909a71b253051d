package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hawser beside the container's own WebSocket implementation: who serves, by the setting {@code dev.hawser.onConflict},
 * as a context parameter and as a system property. In every cell a filter of the application that answers 401 wins over
 * the handshake, and an implementation that does not serve says so once. Where Hawser is in the WAR, or second on the
 * class path, the other one has installed itself before it.
 */
class ConflictMatrixTest {
    private static final String SETTING = "dev.hawser.onConflict";
    private static final String OURS = "dev.hawser.internal.server.EndpointServerContainer";
    private static final Map<String, WarServer> SERVERS = new HashMap<>();

    @AfterAll
    static void stop() throws Exception {
        for (WarServer server : SERVERS.values()) {
            server.close();
        }
        SERVERS.clear();
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            container, beside,          replace, yield,  fail
            JETTY,     OWN,             hawser,  jetty,  no start
            JETTY,     OWN_THEN_HAWSER, hawser,  jetty,  no start
            JETTY,     HAWSER_THEN_OWN, hawser,  jetty,  no start
            TOMCAT_10, OWN,             hawser,  tomcat, no start
            TOMCAT_10, OWN_THEN_HAWSER, hawser,  tomcat, no start
            TOMCAT_10, HAWSER_THEN_OWN, hawser,  tomcat, no start
            TOMCAT_11, OWN,             hawser,  tomcat, no start
            TOMCAT_11, OWN_THEN_HAWSER, hawser,  tomcat, no start
            TOMCAT_11, HAWSER_THEN_OWN, hawser,  tomcat, no start
            UNDERTOW,  OWN,             hawser,  undertow, no start
            UNDERTOW,  OWN_THEN_HAWSER, hawser,  undertow, no start
            UNDERTOW,  HAWSER_THEN_OWN, hawser,  undertow, no start
            """)
    void exactlyOneServes(Container container, Beside beside, String replace, String yield, String fail)
            throws Exception {
        Archive archive =
                beside == Beside.OWN ? WarServer.war(WarServer.GUARDED) : WarServer.bareWar(WarServer.GUARDED);
        Path war = WarServer.file(archive.webClass(WarGuard.class).build());
        WarServer server = SERVERS.get(container + " " + beside);
        if (server == null) {
            server = WarServer.start(container, beside);
            SERVERS.put(container + " " + beside, server);
        }
        // The one that does not start comes first: nothing of it may stay in the server.
        List<Map.Entry<String, String>> table =
                List.of(Map.entry("fail", fail), Map.entry("replace", replace), Map.entry("yield", yield));
        for (Map.Entry<String, String> cell : table) {
            String policy = cell.getKey();
            check(server, war, Map.of(SETTING, policy), cell.getValue(), policy + " as context parameter");
            System.setProperty(SETTING, policy);
            try {
                check(server, war, Map.of(), cell.getValue(), policy + " as system property");
            } finally {
                System.clearProperty(SETTING);
            }
        }
    }

    private static void check(WarServer server, Path war, Map<String, String> parameters, String expected, String cell)
            throws Exception {
        try (RecordedLog log = new RecordedLog("dev.hawser.servlet")) {
            if (expected.equals("no start")) {
                assertThrows(Exception.class, () -> server.deploy(war, parameters), cell);
                return;
            }
            server.deploy(war, parameters);
            try {
                assertServes(server, expected, cell);
                assertEquals(expected.equals("hawser") ? 0 : 1, log.warnings().size(), cell + ": " + log.warnings());
                for (String warning : log.warnings()) {
                    assertTrue(
                            warning.contains("Hawser and " + server.serverContainer())
                                    || warning.contains("Hawser and Jetty") && warning.contains("'s own"),
                            cell + ": " + warning);
                    assertTrue(warning.contains("Remedy: "), cell + ": " + warning);
                }
            } finally {
                server.undeploy();
            }
        }
    }

    private static void assertServes(WarServer server, String expected, String cell) throws IOException {
        assertEquals(expected.equals("hawser"), server.serverContainer().equals(OURS), cell);
        try (RawClient refused = server.connect("/echo");
                RawClient client = server.connect("/echo?token")) {
            assertEquals(401, refused.status(), cell);
            client.upgraded().sendText("where");
            String where = client.readFrame().text();
            assertTrue(where.startsWith(expected), cell + ": " + where);
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe8});
            assertEquals(1000, client.readCloseCode(), cell);
        }
    }
}
