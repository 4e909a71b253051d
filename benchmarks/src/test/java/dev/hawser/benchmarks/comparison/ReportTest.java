package dev.hawser.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Tables, bars and pictures say what the rounds say. */
class ReportTest {
    private final Results results = new Results();

    private static Round round(double cpu) {
        return new Round(cpu, 1000, 10, 20, 30, 700, 132, null);
    }

    private static Row row(String scenario, String contestant, Round... rounds) {
        Row row = new Row(
                Scenarios.named(List.of(scenario)).get(0),
                Contestants.named(List.of(contestant)).get(0),
                true);
        for (Round round : rounds) {
            row.add(round);
        }
        return row;
    }

    private Bar bar(String what, String contestant, String against) {
        return Bars.of(results).stream()
                .filter(bar -> bar.what().equals(what)
                        && bar.contestant().equals(contestant)
                        && bar.against().contains(against))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRowIsTheMedianOfItsRounds() {
        Row row = row("ping-pong-50", "jetty", round(9), round(1), round(5), round(3), round(7));
        assertEquals(5, row.median(Round::cpuMicros));
        assertEquals(1, row.minimum(Round::cpuMicros));
        assertEquals(9, row.maximum(Round::cpuMicros));
    }

    @Test
    void oneFailedRoundVoidsTheRow() {
        results.add(
                List.of(row("ping-pong-50", "jetty", round(9), Round.failed("Message 7 differs at byte 3"), round(5))));
        assertTrue(Double.isNaN(results.median("ping-pong-50", "jetty", Round::cpuMicros)));
        Tables tables = new Tables(results);
        assertTrue(tables.details(true).contains("void: Message 7 differs at byte 3"), tables.details(true));
        assertTrue(tables.summary().contains("| void |"), tables.summary());
    }

    @Test
    void aBarIsMetMissedOrNotMeasured() {
        results.add(List.of(
                row("ping-pong-50", "hawser-jetty", round(13)),
                row("ping-pong-50", "jetty", round(20)),
                row("ping-pong-50", "tomcat", round(15))));
        Bar missed = bar("ping-pong-50", "hawser-jetty", "jetty");
        assertEquals(0.65, missed.value(), 1e-9);
        assertFalse(missed.isMet());
        assertTrue(bar("ping-pong-50", "hawser-jetty", "tomcat").isMet());
        assertFalse(bar("ping-pong-50", "hawser-jetty-loop", "undertow").isMeasured());
    }

    @Test
    void theBestPeerIsTheCheapestThatIsNotVoid() {
        results.add(List.of(
                row("pipelined", "hawser-jetty", round(1)),
                row("pipelined", "jetty", round(12)),
                row("pipelined", "tomcat", Round.failed("lost")),
                row("pipelined", "undertow", round(8)),
                row("pipelined", "tyrus", round(10))));
        assertEquals(0.125, bar("pipelined", "hawser-jetty", "undertow").value(), 1e-9);
    }

    @Test
    void growthIsComparedWithThatOfRaw() {
        results.add(List.of(
                row("ping-pong-50", "hawser-jetty", round(10)),
                row("ping-pong-50", "raw", round(5)),
                row("growth-10000", "hawser-jetty", round(30)),
                row("growth-10000", "raw", round(10))));
        Bar bar = bar("10000 connections relative to 50", "hawser-jetty", "raw");
        assertEquals(1.5, bar.value(), 1e-9); // three times as much, where raw needs twice as much
        assertFalse(bar.isMet());
    }

    @Test
    void memoryIsThatOfTheConnectionsAlone() {
        Contestant jetty = Contestants.named(List.of("jetty")).get(0);
        MemoryRow row = new MemoryRow(
                jetty,
                false,
                List.of(
                        new MemoryRow.Step(0, 1_000, 5_000),
                        new MemoryRow.Step(10, 2_000, 7_000),
                        new MemoryRow.Step(100, 13_700, 25_000)),
                null);
        assertEquals(127, row.heapPerConnection());
        assertEquals(200, row.residentPerConnection());
        assertEquals(1.3, row.heapGrowth(), 1e-9);
    }

    @Test
    void picturesAreWellFormed() throws Exception {
        results.add(List.of(
                row("ping-pong-50", "hawser-jetty", round(10)),
                row("ping-pong-50", "jetty", Round.failed("lost")),
                row("ping-pong-1", "hawser-jetty", round(12))));
        Charts charts = new Charts(results);
        assertEquals("svg", parse(charts.cpu()).getDocumentElement().getTagName());
        assertEquals(1, parse(charts.growth()).getElementsByTagName("polyline").getLength());
        assertEquals(0, parse(charts.memory()).getElementsByTagName("polyline").getLength());
        assertTrue(charts.cpu().contains(">void</text>"));
    }

    @Test
    void thePageHasNoPlaceLeft(@TempDir Path folder) throws Exception {
        Options options = new Options(
                List.of(), List.of(), 5, 600, 0, List.of(), 0, folder.resolve("out"), folder.resolve("docs"));
        new Report(results, new Machine("2026-11-22", "two cores", "Linux", "JVM", "jars"), options).write();
        String page = Files.readString(folder.resolve("docs/benchmarks.md"));
        assertFalse(page.contains("${"), page);
        assertTrue(page.contains("](images/benchmarks.svg)"), page);
        assertTrue(Files.exists(folder.resolve("docs/images/benchmarks-growth.svg")));
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
