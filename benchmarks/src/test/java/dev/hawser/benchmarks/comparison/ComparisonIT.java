package dev.hawser.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.load.Content;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One short round with real processes, so that the comparison does not decay between its runs. */
class ComparisonIT {
    private static final long MILLIS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"raw", "hawser-jetty"})
    void aShortRoundHasFigures(String name, @TempDir Path logs) throws Exception {
        try (ContestantProcess process = start(name, logs, null)) {
            Round round = RoundRunner.run(process, Workload.echo(Content.ASCII, 128, 10, 4), MILLIS);
            assertNull(round.failure());
            assertTrue(round.rate() > 0, round.toString());
            assertTrue(round.p999() >= round.p50(), round.toString());
            assertTrue(
                    round.wireBytes() > 128 && round.wireBytes() < 140,
                    round.toString()); // a header, and a mask of raw
            for (String path : List.of("/broadcast", "/topic")) {
                Workload broadcast =
                        Workload.echo(Content.ASCII, 64, 20, 1).at(path).as(Workload.Kind.BROADCAST);
                Round delivered = RoundRunner.run(process, broadcast, MILLIS);
                assertNull(delivered.failure());
                assertTrue(delivered.wireBytes() > 64 && delivered.wireBytes() < 76, delivered.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raw",
                "hawser-jetty",
                "hawser-tomcat",
                "hawser-tomcat-portable",
                "hawser-undertow",
                "hawser-undertow-portable",
                "jetty",
                "tomcat",
                "undertow",
                "tyrus"
            })
    void eachContestantEchoesOverTlsAndResumesSessions(String name, @TempDir Path folder) throws Exception {
        try (ContestantProcess process = start(name, folder, Certificate.create(folder))) {
            for (String scenario : List.of("wss-ping-pong-50", "wss-binary-64k", "wss-cycle", "wss-cycle-resumed")) {
                Scenario part = Scenarios.part(scenario);
                if (part.suits(process.contestant())) {
                    Round round = RoundRunner.run(process, part.workload(), MILLIS);
                    assertNull(round.failure(), scenario);
                    assertTrue(round.rate() > 0, round.toString());
                }
            }
        }
    }

    @Test
    void theIdealBroadcastsOverTls(@TempDir Path folder) throws Exception {
        try (ContestantProcess process = start("raw", folder, Certificate.create(folder))) {
            Workload broadcast = Workload.echo(Content.ASCII, 64, 20, 1)
                    .as(Workload.Kind.BROADCAST)
                    .overTls();
            Round round = RoundRunner.run(process, broadcast, MILLIS);
            assertNull(round.failure());
            // The frame of a client, in a record with a header, a type, a tag, and perhaps some padding.
            int record = 6 + 64 + 5 + 1 + 16;
            assertTrue(round.wireBytes() >= record && round.wireBytes() <= record + 16, round.toString());
        }
    }

    private static ContestantProcess start(String name, Path logs, @Nullable Certificate certificate)
            throws IOException {
        ClassPath classPath = new ClassPath(Path.of("target", "classes")
                + System.getProperty("path.separator")
                + Files.readString(Path.of("target", "classpath.txt")));
        Contestant contestant = Contestants.named(List.of(name)).get(0);
        return ContestantProcess.start(
                contestant, JavaMachine.own(), classPath, Contestants.JVM_FLAGS, logs, certificate);
    }
}
