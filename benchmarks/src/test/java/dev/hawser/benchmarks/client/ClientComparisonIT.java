package dev.hawser.benchmarks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.tls.Certificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short rounds with real processes, so that the comparison does not decay between its runs. */
class ClientComparisonIT {
    private static ClassPath classPath() throws Exception {
        return new ClassPath(Path.of("target", "classes")
                + System.getProperty("path.separator")
                + Files.readString(Path.of("target", "classpath.txt")));
    }

    private static ClientResults run(List<String> names, Path folder) throws Exception {
        ClientOptions options =
                new ClientOptions(ClientContestants.named(names), 1, 1000, 20, 100, Long.MAX_VALUE, folder, null);
        return new ClientComparison(options, classPath()).run();
    }

    @Test
    void twoClientsHaveAllFigures(@TempDir Path folder) throws Exception {
        ClientResults results = run(List.of("hawser-loop", "jdk"), folder);
        for (boolean tls : List.of(false, true)) {
            for (boolean few : List.of(false, true)) {
                List<ClientRow> rows = results.rows(tls, few);
                assertEquals(2, rows.size(), rows.toString());
                for (ClientRow row : rows) {
                    assertNull(row.failure());
                    assertTrue(row.median(ClientRow.Round::rate) > 0, row.toString());
                    assertEquals(few ? 50 : 100, row.connections());
                }
            }
        }
        assertTrue(results.engine() > 1000, "the heap of an SSLEngine: " + results.engine());
        for (IdleRow row : results.idle()) {
            assertEquals(100, row.connections(), row.toString());
            assertNull(row.limit());
            assertTrue(row.heap() > 0, row.toString());
            assertTrue(!row.tls() || row.heap() > results.engine(), row.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hawser", "jetty", "tomcat", "undertow", "tyrus", "java-websocket", "jdk-selector"})
    void eachClientGetsItsEchoes(String name, @TempDir Path folder) throws Exception {
        ClassPath classPath = classPath();
        Certificate certificate = Certificate.create(folder);
        try (ServerProcess server = ServerProcess.start(classPath, folder, certificate);
                ClientProcess client = ClientProcess.start(
                        ClientContestants.named(List.of(name)).get(0), classPath, folder, certificate)) {
            // Undertow's client waits for bytes that TLS 1.3 does not send, and so opens no wss connection.
            for (boolean tls : name.equals("undertow") ? List.of(false) : List.of(false, true)) {
                client.open(server.ports(), tls, 20);
                client.talkOnce();
                client.closeConnections();
            }
        }
    }
}
