package dev.hawser.benchmarks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.client.ClientRow.Round;
import dev.hawser.benchmarks.comparison.Bar;
import dev.hawser.benchmarks.comparison.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables and bars say what the rounds say. */
class ClientReportTest {
    private static final Machine MACHINE = new Machine("2026-11-29", "a processor", "a system", "a JVM", "versions");

    private final ClientResults results = new ClientResults();

    private static ClientRow row(String contestant, boolean tls, int connections, double... cpu) {
        List<Round> rounds = DoubleStream.of(cpu)
                .mapToObj(micros -> new Round(micros, 1000, 700))
                .toList();
        return new ClientRow(contestant, tls, connections, rounds, null);
    }

    private static IdleRow idle(String contestant, boolean tls, int connections, double heap, @Nullable String limit) {
        return new IdleRow(contestant, tls, connections, heap, 2 * heap, limit);
    }

    private Bar bar(String what, String contestant) {
        return ClientBars.of(results).stream()
                .filter(bar -> bar.what().equals(what) && bar.contestant().equals(contestant))
                .findFirst()
                .orElseThrow();
    }

    private static ClientOptions options(Path output, @Nullable Path docs) {
        return new ClientOptions(ClientContestants.named(List.of()), 5, 1000, 1000, 10_000, 20_000, output, docs);
    }

    @Test
    void aRowIsTheMedianOfItsRounds() {
        ClientRow row = row("jetty", false, 50, 9, 1, 5, 3, 7);
        assertEquals(5, row.median(Round::cpuMicros));
        assertEquals(1, row.minimum(Round::cpuMicros));
        assertEquals(9, row.maximum(Round::cpuMicros));
        assertEquals(4, row("jetty", false, 50, 9, 1, 5, 3).median(Round::cpuMicros));
    }

    @Test
    void theBestPeerIsTheCheapestThatIsNotVoid() {
        results.add(row("hawser", false, 50, 8));
        results.add(row("hawser-loop", false, 50, 9));
        results.add(row("hawser", false, 10_000, 1));
        results.add(row("jetty", false, 50, 20));
        results.add(row("tomcat", false, 50, 10));
        results.add(row("tomcat", false, 10_000, 5));
        results.add(row("undertow", true, 50, 1));
        results.add(new ClientRow("jdk", false, 50, List.of(new Round(1, 1, 1)), "an echo differs"));
        Bar met = bar("ws, ping-pong 50, CPU for a message", "hawser");
        assertEquals("best peer, tomcat", met.against());
        assertEquals(0.8, met.value(), 1e-9);
        assertTrue(met.isMet());
        assertFalse(bar("ws, ping-pong 50, CPU for a message", "hawser-loop").isMet());
        assertFalse(bar("wss, ping-pong 50, CPU for a message", "hawser").isMeasured());
    }

    @Test
    void heapIsComparedWithThePeerThatHasTheLeast() {
        results.add(idle("hawser", true, 10_000, 1300, null));
        results.add(idle("jetty", true, 10_000, 5000, null));
        results.add(idle("java-websocket", true, 1000, 2000, "10000: no more threads"));
        results.add(idle("tomcat", true, 0, Double.NaN, "1: no connection"));
        results.engine(300);
        Bar bar = bar("wss, heap of an idle connection beside its SSLEngine", "hawser");
        assertEquals("best peer, java-websocket", bar.against());
        assertEquals(1000.0 / 1700, bar.value(), 1e-9);
        assertTrue(bar.isMet());
        results.add(idle("hawser", false, 10_000, 1300, null));
        results.add(idle("jetty", false, 10_000, 2000, null));
        assertEquals(
                0.65, bar("ws, heap of an idle connection", "hawser").value(), 1e-9, "there is no engine without TLS");
        assertEquals(1000, results.most("java-websocket", true));
        assertEquals(0, results.most("java-websocket", false));
    }

    @Test
    void thePageSaysWhatIsVoidAndWhyThereAreNotMoreConnections() throws IOException {
        results.add(row("hawser", false, 50, 8, 9, 7));
        results.add(new ClientRow("jdk", false, 50, List.of(), "an echo differs"));
        results.add(row("java-websocket", true, 1000, 12.3));
        results.add(idle("java-websocket", true, 1000, 2000, "10000: no more threads"));
        String page = new ClientReport(results, MACHINE, options(Path.of("."), null)).page();
        assertTrue(page.contains("| hawser | 50 | 8.00 (7.00 - 9.00) | 1,000 | 700 |"), page);
        assertTrue(page.contains("| jdk | 50 | void: an echo differs |"), page);
        assertTrue(page.contains("| java-websocket | 1,000 | 12.3 (12.3 - 12.3) |"), page);
        assertTrue(page.contains("| java-websocket | wss | 1,000 | 2,000 | 4,000 | 10000: no more threads |"), page);
        assertTrue(page.contains("at most 20000 open files"), page);
        assertFalse(page.contains("${"), page);
    }

    @Test
    void whatIsWrittenByHandStays(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("performance-client.md");
        Files.writeString(page, "# By hand\n\n" + ClientReport.BELOW + "\n\nold figures\n");
        new ClientReport(results, MACHINE, options(folder.resolve("output"), folder)).write();
        String text = Files.readString(page);
        assertTrue(text.startsWith("# By hand\n\n" + ClientReport.BELOW + "\n\n## The figures\n"), text);
        assertFalse(text.contains("old figures"), text);
        assertTrue(Files.exists(folder.resolve("output/clients.md")));
        Files.writeString(page, "# Without the line\n");
        ClientReport other = new ClientReport(results, MACHINE, options(folder.resolve("output"), folder));
        assertThrows(IOException.class, other::write);
        assertEquals("# Without the line\n", Files.readString(page));
    }

    @Test
    void thePageOfTheDocumentationCanBeReplacedAndNamesTheProperties() throws IOException {
        String page = Files.readString(Path.of("../docs/performance-client.md"));
        assertTrue(page.contains(ClientReport.BELOW), page);
        for (String property : List.of("peers", "rounds", "millis", "warmup", "idle", "output", "docs")) {
            assertTrue(page.contains("`client." + property + "`"), property);
        }
    }

    @Test
    void connectionsAreAPowerOfTenForWhichFilesMayBeOpened() {
        assertEquals(10_000, ClientOptions.within(10_000, 20_000));
        assertEquals(1_000, ClientOptions.within(10_000, 4_096));
        assertEquals(1, ClientOptions.within(10_000, 256));
    }

    @Test
    void anUnknownClientIsNamed() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> ClientContestants.named(List.of("hawser", "nobody")))
                .getMessage();
        assertTrue(message.toLowerCase(Locale.ROOT).contains("nobody"), message);
    }
}
