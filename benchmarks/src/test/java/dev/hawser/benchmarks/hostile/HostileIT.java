package dev.hawser.benchmarks.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.Contestants;
import dev.hawser.benchmarks.comparison.JavaMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One attacker in a hundred on a real process, so that the program does not decay between its runs; nothing here is
 * about speed.
 */
class HostileIT {
    private static final int ECHOES = 50;
    private static final long PATIENCE_MILLIS = 200;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // half of one on a machine that does nothing else
    void aFewOfEachKindAreServedAndLeaveNothing(@TempDir Path output) throws Exception {
        ClassPath classPath = new ClassPath(Path.of("target", "classes")
                + System.getProperty("path.separator")
                + Files.readString(Path.of("target", "classpath.txt")));
        Path dump = output.resolve("dump.hprof");
        Contestant contestant =
                Contestants.named(List.of("hawser-jetty")).get(0).withDefaults();
        try (ContestantProcess server =
                ContestantProcess.start(contestant, JavaMachine.own(), classPath, Hostile.flags(dump), output)) {
            Trial trial = new Trial(server, dump, PATIENCE_MILLIS, ECHOES);
            trial.warmUp();
            for (Attack attack : Attack.all(1)) {
                Path evidence = output.resolve(attack.name() + ".txt");
                Outcome outcome = trial.run(attack, evidence);
                String row = OutcomeTable.row(contestant.name(), outcome, outcome.broken(Double.MAX_VALUE));
                assertEquals(attack.connections(), outcome.opened(), row);
                assertEquals(ECHOES, outcome.calm().answered(), row);
                assertEquals(ECHOES, outcome.attacked().answered(), row);
                assertEquals("", outcome.upload().failure(), row);
                assertEquals(0, outcome.open(), row);
                assertFalse(outcome.outOfMemory(), row);
                String stacks = Files.readString(evidence);
                assertTrue(stacks.contains("\"main\"") && stacks.contains("java.lang.String"), evidence.toString());
            }
        }
    }
}
