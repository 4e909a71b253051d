package dev.hawser.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
        return row(scenario, contestant, "2026-11-22 12:00", rounds);
    }

    private static Row row(String scenario, String contestant, String run, Round... rounds) {
        Row row = new Row(
                Scenarios.part(scenario), Contestants.named(List.of(contestant)).get(0), true, run);
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
        assertEquals("2 of 3 figures meet their bar", Bars.sum(Bars.of(results)));
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
    void onEachServersGroundTheBarIsThatServersOwn() {
        results.add(List.of(
                row("cycle", "hawser-tomcat", round(94)),
                row("cycle", "tomcat", round(100)),
                row("cycle", "hawser-undertow-loop", round(96)),
                row("cycle", "undertow", round(100)),
                row("cycle", "hawser-jetty-loop", round(50)),
                row("cycle", "jetty", round(100)),
                row("pipelined-basic", "hawser-jetty", round(4)),
                row("pipelined-basic", "undertow", round(9)),
                row("pipelined-basic", "tomcat", round(8))));
        assertTrue(bar("cycle", "hawser-tomcat", "tomcat").isMet());
        assertFalse(bar("cycle", "hawser-undertow-loop", "undertow").isMet());
        assertEquals(0.5, bar("cycle", "hawser-jetty-loop", "jetty").value(), 1e-9);
        assertFalse(bar("ping-pong-1", "hawser-jetty", "hawser-jetty-loop").isMeasured());
        assertTrue(bar("pipelined-basic", "hawser-jetty", "tomcat").isMet());
    }

    @Test
    void overTlsTheBarsAreTheServersOwnAndTheIdeal() {
        results.add(List.of(
                row("wss-text-16k", "hawser-tomcat", round(25)),
                row("wss-text-16k", "tomcat", round(30)),
                row("wss-text-16k", "raw", round(20)),
                row("wss-cycle-resumed", "hawser-tomcat", round(103)),
                row("wss-cycle-resumed", "tomcat", round(100))));
        assertEquals(25.0 / 30, bar("wss-text-16k", "hawser-tomcat", "tomcat").value(), 1e-9);
        Bar above = bar("wss-text-16k, cost above the ideal", "hawser-tomcat", "tomcat");
        assertEquals(0.5, above.value(), 1e-9); // 5 more than the ideal, where Tomcat's own has 10 more
        assertTrue(above.isMet());
        assertEquals(1.25, bar("wss-text-16k", "hawser-tomcat", "ideal").value(), 1e-9);
        assertFalse(bar("wss-cycle-resumed", "hawser-tomcat", "tomcat").isMet());
    }

    @Test
    void whereTheServersOwnCostsNoMoreThanTheIdealNothingAboveItIsMeasured() {
        results.add(List.of(
                row("wss-pipelined", "hawser-tomcat", round(2)),
                row("wss-pipelined", "tomcat", round(1)),
                row("wss-pipelined", "raw", round(1))));
        assertFalse(bar("wss-pipelined, cost above the ideal", "hawser-tomcat", "tomcat")
                .isMeasured());
        assertFalse(bar("wss-pipelined", "hawser-tomcat", "tomcat").isMet());
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
                null,
                "2026-11-22 12:00");
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
        everything("2026-11-22 12:00");
        Path file = pageOf(folder, "# Performance\n\n" + Report.BELOW + "\n\nan earlier run\n");
        report(folder).write();
        String page = Files.readString(file);
        assertTrue(page.startsWith("# Performance\n\n" + Report.BELOW + "\n\n## "), page);
        assertFalse(page.contains("an earlier run"), page);
        assertFalse(page.contains("${"), page);
        assertTrue(page.contains("](images/benchmarks.svg)"), page);
        assertFalse(page.contains("more than one run"), page);
        assertTrue(Files.exists(folder.resolve("docs/images/benchmarks-growth.svg")));
    }

    @Test
    void aRunOfSomeScenariosDoesNotReplaceThePage(@TempDir Path folder) throws Exception {
        results.add(List.of(row("ping-pong-50", "jetty", round(9))));
        report(folder).write();
        assertTrue(Files.exists(folder.resolve("out/benchmarks.md")));
        assertFalse(Files.exists(folder.resolve("docs/performance.md")));
    }

    @Test
    void aPageWithoutAPlaceForTheFiguresStaysAsItIs(@TempDir Path folder) throws Exception {
        everything("2026-11-22 12:00");
        Path file = pageOf(folder, "# Performance\n");
        assertThrows(IOException.class, report(folder)::write);
        assertEquals("# Performance\n", Files.readString(file));
        assertTrue(Files.exists(folder.resolve("out/benchmarks.md")));
    }

    @Test
    void whatIsWrittenByHandIsShortAndThePageHasItAll() throws Exception {
        Path page = Path.of("../docs/performance.md");
        List<String> below;
        try (InputStream template = Report.class.getResourceAsStream("benchmarks.md")) {
            below = new String(Objects.requireNonNull(template).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        long lines = Markdown.byHand(page, Report.BELOW).lines().count() + below.size();
        assertTrue(lines <= 250, lines + " lines besides the tables");
        List<String> headings =
                below.stream().filter(line -> line.startsWith("#")).toList();
        String written = Files.readString(page)
                .substring(Markdown.byHand(page, Report.BELOW).length());
        assertEquals(
                headings, written.lines().filter(line -> line.startsWith("#")).toList());
    }

    private static Path pageOf(Path folder, String text) throws IOException {
        return Files.writeString(Files.createDirectories(folder.resolve("docs")).resolve("performance.md"), text);
    }

    @Test
    void whatIsKeptOfAnEarlierRunIsWholeScenariosAndMarked(@TempDir Path folder) throws Exception {
        everything("2026-11-22 12:00");
        Machine machine = machine("JVM");
        ResultsFile file = new ResultsFile(folder.resolve("rounds.tsv"), machine);
        file.write(results);

        Results later = new Results();
        later.add(List.of(row("pipelined", "jetty", "2026-11-22 13:00", round(3))));
        later.addMissing(file.read());
        assertEquals(3, later.median("pipelined", "jetty", Round::cpuMicros));
        assertNull(later.row("pipelined", "tomcat")); // is of another run than jetty's row
        assertEquals(7, later.median("ping-pong-50", "tomcat", Round::cpuMicros));
        assertTrue(later.row("ping-pong-500", "tomcat").failure().startsWith("lost and found"));
        assertEquals(100, later.memory("jetty", true).heapPerConnection());
        assertEquals(List.of("pipelined"), later.missing(Contestants.named(List.of())));
        String runs = new Tables(later).runs();
        assertTrue(runs.contains("- 2026-11-22 13:00 UTC: pipelined\n"), runs);
        assertEquals("1 to 2 rounds", new Tables(later).rounds(400));
        later.add(later.row("pipelined", "jetty"), round(4));
        assertEquals("2 rounds", new Tables(later).rounds(400));
        assertEquals("2 rounds of 400 ms", new Tables(results).rounds(400));

        ResultsFile elsewhere = new ResultsFile(folder.resolve("rounds.tsv"), machine("another JVM"));
        assertThrows(IllegalArgumentException.class, elsewhere::read);
    }

    @Test
    void theRunBesideTheSlowOnesIsComparedWithTheOneInTurnWithIt() {
        results.add(List.of(
                row("ping-pong-50", "hawser-jetty", new Round(1, 10, 1, 1, 1, 1, 1, null)),
                row("beside-slow-alone", "hawser-jetty", new Round(1, 2000, 1, 50, 1, 1, 1, null)),
                row("beside-slow", "hawser-jetty", new Round(1, 1500, 1, 70, 1, 1, 1, null))));
        Bar bar = bar("messages/s of 50 beside 8 that block", "hawser-jetty", "without");
        assertEquals(0.75, bar.value(), 1e-9);
        assertFalse(bar.isMet());
        String table = new Tables(results).blocking();
        assertTrue(table.contains("| hawser-jetty | 2,000 | 1,500 | 75 % | 50 | 70 |"), table);
        assertFalse(new Tables(results).summary().contains("block"), table);
    }

    @Test
    void aRowThatIsVoidByDesignSaysSo() {
        results.add(List.of(row("pipelined-async", "tomcat", Round.failed("Replies are missing"))));
        String details = new Tables(results).details(true);
        assertTrue(details.contains("void: Replies are missing (by design: Tomcat refuses"), details);
    }

    @Test
    void aContestantThatThisJavaCannotRunIsLeftOutOrRefused() {
        JavaMachine old = new JavaMachine(Path.of("java"), "an old one", 17);
        assertFalse(Report.names(Contestants.named(List.of(), old)).contains("hawser-jetty-virtual"));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> Contestants.named(List.of("hawser-jetty-virtual"), old));
        assertTrue(e.getMessage().contains("-Dbench.java="), e.getMessage());
    }

    /** A row for everybody in everything. */
    private void everything(String run) {
        for (Contestant contestant : Contestants.named(List.of())) {
            for (Scenario scenario : Scenarios.named(List.of())) {
                for (Scenario part : scenario.parts()) {
                    boolean lost = part.name().equals("ping-pong-500");
                    results.add(List.of(row(
                            part.name(),
                            contestant.name(),
                            run,
                            round(6),
                            lost ? Round.failed("lost\tand found") : round(8))));
                }
            }
            for (boolean compressed : new boolean[] {false, true}) {
                results.add(new MemoryRow(
                        contestant,
                        compressed,
                        List.of(new MemoryRow.Step(0, 0, 0), new MemoryRow.Step(10, 1_000, 2_000)),
                        null,
                        run));
            }
        }
    }

    private Report report(Path folder) {
        Options options = new Options(
                List.of(),
                Contestants.named(List.of()),
                JavaMachine.own(),
                5,
                600,
                0,
                List.of(),
                0,
                0,
                false,
                folder.resolve("out"),
                folder.resolve("docs"));
        return new Report(results, machine("JVM"), options);
    }

    private static Machine machine(String jvm) {
        return new Machine("2026-11-22", "two cores", "Linux", jvm, "jars");
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
