package dev.hawser.benchmarks.soak;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.Contestants;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets Hawser live on each server, in a JVM of its own with 256 MiB of heap: in each round a crowd of connections stays
 * and talks, others come and go in all the ways of {@link Life}, and then the server is stopped under all of them and
 * started again. After each round everything must be back where it was after the first. Ends with status 1 if it is
 * not. System properties:
 *
 * <ul>
 *   <li>{@code soak.minutes}: how long on each server; default 30
 *   <li>{@code soak.crowd}: how many connections stay; default 2,000
 *   <li>{@code soak.peers}: names of contestants; default Hawser on Jetty, Tomcat and Undertow
 *   <li>{@code soak.seed}: what the lives are drawn by; default 1
 *   <li>{@code soak.output}: the folder for logs and the table; default {@code target/soak}
 * </ul>
 */
public final class Soak {
    private static final String SERVERS = "hawser-jetty,hawser-tomcat,hawser-undertow";
    private static final long ROUND_SECONDS = 60;
    private static final long WHOLE_MINUTES = 30;
    /** Classes are loaded and compiled, and pools are filled, in so many rounds of a quarter of the length. */
    private static final int WARM_UPS = 3;

    private final long minutes = Long.getLong("soak.minutes", WHOLE_MINUTES);
    private final int crowd = Integer.getInteger("soak.crowd", 2_000);
    private final long seed = Long.getLong("soak.seed", 1);
    private final Path output =
            Path.of(System.getProperty("soak.output", "target/soak")).toAbsolutePath();
    private final ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
    private final StringBuilder table = new StringBuilder(Levels.HEADER);

    private Soak() {}

    /** Runs on the chosen servers, one after another. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Soak soak = new Soak();
        Files.createDirectories(soak.output);
        String chosen = System.getProperty("soak.peers", "").trim();
        boolean broken = false;
        for (Contestant contestant :
                Contestants.named(List.of((chosen.isEmpty() ? SERVERS : chosen).split("\\s*,\\s*", -1)))) {
            String wrong = soak.on(contestant.withDefaults());
            System.out.println(contestant.name() + ": " + (wrong.isEmpty() ? "everything is back" : wrong));
            broken |= !wrong.isEmpty();
        }
        Files.writeString(soak.output.resolve("soak.md"), soak.table);
        System.exit(broken ? 1 : 0);
    }

    /** Returns what is wrong, or "". */
    private String on(Contestant contestant) throws IOException, InterruptedException {
        Path dump = output.resolve(contestant.name() + ".hprof");
        Files.deleteIfExists(dump);
        long lives = 0;
        try (ContestantProcess server =
                ContestantProcess.start(contestant, JavaMachine.own(), classPath, flags(dump), output)) {
            int port = server.target().port();
            for (int i = 0; i < WARM_UPS; i++) {
                Round round = new Round(server, port, crowd, seed - 1 - i);
                port = round.run(TimeUnit.SECONDS.toNanos(ROUND_SECONDS / 4));
            }
            Levels base = Levels.of(server, Levels.UNKNOWN);
            print(base.row(contestant.name(), "base", 0));
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
            for (int i = 0; System.nanoTime() < end; i++) {
                Round round = new Round(server, port, crowd, seed + i);
                port = round.run(TimeUnit.SECONDS.toNanos(ROUND_SECONDS));
                Levels now = Levels.of(server, base);
                lives += round.lives();
                print(now.row(contestant.name(), "round " + (i + 1), round.lives()));
                String wrong = round.failures() + now.above(base) + (Files.exists(dump) ? "OutOfMemoryError" : "");
                if (!wrong.isEmpty()) {
                    server.tell("evidence " + output.resolve(contestant.name() + ".txt"));
                    return "round " + (i + 1) + ": " + wrong;
                }
            }
        }
        if (minutes >= WHOLE_MINUTES) {
            Conformance.record(
                    "Soak",
                    contestant.name().substring("hawser-".length()),
                    String.format("%d minutes, %,d connections, everything back", minutes, lives));
        }
        return "";
    }

    static List<String> flags(Path dump) {
        return List.of(
                "-Xms256m",
                "-Xmx256m",
                "-XX:+UseG1GC",
                "-XX:ActiveProcessorCount=2",
                "-XX:+HeapDumpOnOutOfMemoryError",
                "-XX:HeapDumpPath=" + dump,
                "-XX:+DisplayVMOutputToStderr", // standard output is for answers
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-Dcontestant.attacked=true");
    }

    private void print(String row) {
        table.append(row);
        System.out.print(row);
    }
}
