package dev.hawser.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.Contestants;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.benchmarks.hostile.AttackFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short round on a real process, so that the program does not decay between its runs. */
class SoakIT {
    private static final int CROWD = 20;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void eachLifeIsLivedAndAStopIsToldToTheCrowd(@TempDir Path output) throws Exception {
        try (ContestantProcess server = start(output)) {
            int port = server.target().port();
            Random random = new Random(1);
            for (Life life : Life.values()) {
                life.live(port, random);
            }
            Round round = new Round(server, port, CROWD, 1);
            int next = round.run(TimeUnit.SECONDS.toNanos(1));
            assertEquals("", round.failures());
            assertTrue(round.lives() > 0);
            Life.CLOSES.live(next, random);
            Levels left = Levels.of(server, Levels.UNKNOWN);
            assertEquals(0, left.sessions());
            assertEquals(0, left.connections());
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void whatIsHeldIsCounted(@TempDir Path output) throws Exception {
        try (ContestantProcess server = start(output);
                Peer peer = new Peer(server.target().port(), "/attacked/echo", "", new Random(1))) {
            peer.send(AttackFrames.text("here"));
            assertEquals("text:here", peer.next());
            Levels levels = Levels.now(server);
            assertEquals(1, levels.sessions());
            assertEquals(1, levels.connections());
            Levels base = new Levels(
                    0, 0, levels.tasks(), levels.threads(), levels.descriptors(), levels.heap(), levels.direct(), 0);
            assertTrue(
                    levels.above(base).startsWith("1 sessions instead of 0; 1 connections instead of 0; "),
                    () -> levels.above(base));
        }
    }

    private static ContestantProcess start(Path output) throws IOException {
        ClassPath classPath = new ClassPath(Path.of("target", "classes")
                + System.getProperty("path.separator")
                + Files.readString(Path.of("target", "classpath.txt")));
        Contestant contestant =
                Contestants.named(List.of("hawser-jetty")).get(0).withDefaults();
        return ContestantProcess.start(
                contestant, JavaMachine.own(), classPath, Soak.flags(output.resolve("dump.hprof")), output);
    }
}
