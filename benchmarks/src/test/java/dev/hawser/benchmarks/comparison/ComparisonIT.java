package dev.hawser.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.load.Content;
import dev.hawser.benchmarks.load.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One short round with real processes, so that the comparison does not decay between its runs. */
class ComparisonIT {
    private static final long MILLIS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"raw", "hawser-jetty"})
    void aShortRoundHasFigures(String name, @TempDir Path logs) throws Exception {
        ClassPath classPath = new ClassPath(Path.of("target", "classes")
                + System.getProperty("path.separator")
                + Files.readString(Path.of("target", "classpath.txt")));
        Contestant contestant = Contestants.named(List.of(name)).get(0);
        try (ContestantProcess process =
                ContestantProcess.start(contestant, JavaMachine.own(), classPath, Contestants.JVM_FLAGS, logs)) {
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
}
