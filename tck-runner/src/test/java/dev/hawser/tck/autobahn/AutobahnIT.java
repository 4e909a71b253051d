package dev.hawser.tck.autobahn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.conformance.Conformance;
import dev.hawser.tck.container.IsolatedServer;
import dev.hawser.tck.container.Placement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The Autobahn test suite, each direction once and each in a JVM of its own. Each case must be as the files in
 * {@code src/autobahn} say; nothing is run again. Reports and logs: {@code target/autobahn}.
 */
@EnabledIfSystemProperty(named = "hawser.suite.impl", matches = "hawser")
class AutobahnIT {
    private static final String AGENT = property("agent");
    private static final Path DIRECTORY = Path.of(property("directory"));
    private static final Path SOURCES = Path.of(property("sources"));
    private static final Set<Integer> SECTIONS = Arrays.stream(
                    property("sections").split(",", -1))
            .map(Integer::valueOf)
            .collect(Collectors.toSet());

    private static final int ALL_CASES = 301;
    private static final long START_SECONDS = 180;
    private static final long RUN_SECONDS = 3_600;

    @Test
    @Timeout(value = RUN_SECONDS + START_SECONDS, unit = TimeUnit.SECONDS)
    void theServerIsAsExpectedInEveryCase() throws Exception {
        Path run = emptyDirectory("server");
        ExpectedResults expected = expected("server");
        try (ForkedProgram server = demo(run)) {
            String address = "ws://127.0.0.1:" + server.awaitPort(START_SECONDS) + DemoApplication.ECHO;
            Map<String, Object> specification = Map.of(
                    "servers", List.of(Map.of("agent", AGENT, "url", address, "options", Map.of("version", 18))));
            try (ForkedProgram suite = suite("fuzzingclient", run, expected, specification)) {
                suite.awaitExit(RUN_SECONDS);
            }
        }
        judge("server", run, expected);
    }

    @Test
    @Timeout(value = RUN_SECONDS + START_SECONDS, unit = TimeUnit.SECONDS)
    void theClientIsAsExpectedInEveryCase() throws Exception {
        Path run = emptyDirectory("client");
        ExpectedResults expected = expected("client");
        // The script lets the system choose the port; the suite only wants to see one.
        try (ForkedProgram suite = suite("fuzzingserver", run, expected, Map.of("url", "ws://127.0.0.1:1"))) {
            new CaseClient(suite.awaitPort(START_SECONDS), AGENT).runAllCases();
        }
        judge("client", run, expected);
    }

    private static ForkedProgram demo(Path run) throws IOException {
        String classPath = IsolatedServer.classPath(Placement.WEBINF).stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Path war = Path.of(property("demo")).toAbsolutePath();
        return ForkedProgram.start(
                run.resolve("container.log"),
                List.of("-cp", classPath, DemoApplication.class.getName(), war.toString()));
    }

    private static ForkedProgram suite(String mode, Path run, ExpectedResults cases, Map<String, Object> specification)
            throws IOException {
        Map<String, Object> all = new HashMap<>(specification);
        all.put("outdir", run.resolve("report").toString());
        all.put("cases", cases.cases().stream().map(CaseId::toString).toList());
        all.put("exclude-cases", List.of());
        all.put("exclude-agent-cases", Map.of());
        // A violation is to be answered with a close frame, not by cutting the connection.
        all.put("options", Map.of("failByDrop", false));
        Path file = run.resolve("specification.json");
        new JsonMapper().writeValue(file.toFile(), all);
        String classPath = DIRECTORY.resolve("lib").toAbsolutePath() + File.separator + "*";
        return ForkedProgram.start(
                run.resolve("suite.log"),
                List.of(
                        "-Xmx2g",
                        property("compiler"),
                        "-Dpython.cachedir.skip=true", // it would be written next to the jar
                        "-cp",
                        classPath,
                        "org.python.util.jython",
                        "-u",
                        SOURCES.resolve("run_suite.py").toString(),
                        mode,
                        file.toString()));
    }

    private static ExpectedResults expected(String direction) throws IOException {
        return ExpectedResults.read(SOURCES.resolve("expected-" + direction + ".txt"))
                .ofSections(SECTIONS);
    }

    private static void judge(String direction, Path run, ExpectedResults expected) throws IOException {
        SortedMap<CaseId, Verdict> report = SuiteReport.read(run.resolve("report/index.json"), AGENT);
        List<String> differences = expected.differences(report);
        String table = SectionTable.of("Autobahn, " + AGENT + " as " + direction, report)
                + "Differences from what is expected: " + differences.size() + System.lineSeparator();
        Files.writeString(run.resolve("table.txt"), table);
        assertEquals(List.of(), differences, () -> "see " + run.resolve("report/index.html"));
        if (report.size() == ALL_CASES) {
            Conformance.record("Autobahn 301", direction, SectionTable.sum(report));
        }
    }

    /** What an earlier run left must not be judged again. */
    private static Path emptyDirectory(String direction) throws IOException {
        Path run = DIRECTORY.resolve(direction).toAbsolutePath();
        if (Files.exists(run)) {
            try (Stream<Path> files = Files.walk(run)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(run);
    }

    private static String property(String name) {
        String value = System.getProperty("hawser.autobahn." + name);
        if (value == null) {
            throw new IllegalStateException("-Dhawser.autobahn." + name + " is not set: run this with mvn verify");
        }
        return value;
    }
}
