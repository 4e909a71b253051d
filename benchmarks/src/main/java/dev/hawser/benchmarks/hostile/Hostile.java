package dev.hawser.benchmarks.hostile;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.Contestants;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Attacks each server, in a JVM of its own with 256 MiB of heap and the default settings, with one kind of hostile peer
 * after another, and prints a table. Ends with status 1 if Hawser broke a promise; the other implementations are only
 * reported. System properties:
 *
 * <ul>
 *   <li>{@code hostile.peers}: names of contestants; default Hawser on Jetty, Tomcat and Undertow
 *   <li>{@code hostile.attacks}: names of attacks; default all
 *   <li>{@code hostile.percent}: how many of the attackers take part; default 100
 *   <li>{@code hostile.patience}: seconds that attackers stay at most; default 90
 *   <li>{@code hostile.p99}: milliseconds that the p99 of a bystander's echoes must be under; default 50
 *   <li>{@code hostile.niceness}: of the thread that attacks, on Linux; default 10, and 0 takes as much of the
 *       processors as the server does
 *   <li>{@code hostile.output}: the folder for the table, logs, stacks and heap histograms; default {@code
 *       target/hostile}
 * </ul>
 */
public final class Hostile {
    private static final String SERVERS = "hawser-jetty,hawser-tomcat,hawser-undertow";
    private static final double MOST_P99 = 50;
    private static final long TRIAL_SECONDS = 300;
    private static final int ECHOES = 1_000;

    private final List<String> attacks = names("hostile.attacks", "");
    private final int percent = Integer.getInteger("hostile.percent", 100);
    private final long patience = TimeUnit.SECONDS.toMillis(Long.getLong("hostile.patience", 90));
    private final double p99 = Double.parseDouble(System.getProperty("hostile.p99", "50"));
    private final Path output =
            Path.of(System.getProperty("hostile.output", "target/hostile")).toAbsolutePath();
    private final ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "deadlines");
        thread.setDaemon(true);
        return thread;
    });
    private final StringBuilder table = new StringBuilder(OutcomeTable.HEADER);
    private boolean broken;
    private boolean brokenByThis;

    private Hostile() {}

    /** Runs the chosen attacks on the chosen servers. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Hostile hostile = new Hostile();
        Files.createDirectories(hostile.output);
        for (Contestant contestant : Contestants.named(names("hostile.peers", SERVERS))) {
            hostile.brokenByThis = false;
            hostile.attack(contestant.withDefaults());
            hostile.record(contestant);
        }
        System.out.print(hostile.table);
        Files.writeString(hostile.output.resolve("hostile.md"), hostile.table);
        System.exit(hostile.broken ? 1 : 0);
    }

    private void attack(Contestant contestant) throws IOException, InterruptedException {
        List<Attack> left = new ArrayList<>(Attack.all(percent));
        left.removeIf(attack -> !attacks.isEmpty() && !attacks.contains(attack.name()));
        while (!left.isEmpty()) { // a new process only if the server did not survive an attack
            Path dump = output.resolve(contestant.name() + "-" + left.get(0).name() + ".hprof");
            Files.deleteIfExists(dump);
            try (ContestantProcess server =
                    ContestantProcess.start(contestant, JavaMachine.own(), classPath, flags(dump), output)) {
                Trial trial = new Trial(server, dump, patience, ECHOES);
                trial.warmUp();
                boolean alive = true;
                while (alive && !left.isEmpty()) {
                    alive = attack(contestant, server, trial, left.remove(0));
                    Files.deleteIfExists(dump);
                }
            }
        }
    }

    /** The flags of the attacked JVM, the same for every contestant. */
    static List<String> flags(Path dump) {
        return List.of(
                "-Xms256m", // Else each collection that is asked for shrinks the heap, and the next attack has to grow
                // it.
                "-Xmx256m",
                "-XX:+UseG1GC",
                "-XX:ActiveProcessorCount=2",
                "-XX:+HeapDumpOnOutOfMemoryError",
                "-XX:HeapDumpPath=" + dump,
                "-XX:+DisplayVMOutputToStderr", // Standard output is for answers.
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-Dcontestant.attacked=true");
    }

    /** Runs one attack; returns false if the server must be replaced. */
    private boolean attack(Contestant contestant, ContestantProcess server, Trial trial, Attack attack)
            throws InterruptedException {
        Path evidence = output.resolve(contestant.name() + "-" + attack.name() + ".txt");
        Future<?> deadline = deadlines.schedule(server::kill, TRIAL_SECONDS, TimeUnit.SECONDS);
        try {
            Outcome outcome = trial.run(attack, evidence);
            List<String> promises = outcome.broken(p99);
            print(OutcomeTable.row(contestant.name(), outcome, promises));
            brokenByThis |= contestant.kind() == Contestant.Kind.HAWSER && !promises.isEmpty();
            // After an OutOfMemoryError the server may have lost more, and its process dumps the heap only once.
            return !outcome.outOfMemory();
        } catch (IOException e) {
            String cause = deadline.isDone() ? "not over after " + TRIAL_SECONDS + " s" : e.getMessage();
            print(OutcomeTable.row(contestant.name(), attack, "not measured: " + cause));
            brokenByThis |= contestant.kind() == Contestant.Kind.HAWSER;
            server.kill();
            return false;
        } finally {
            deadline.cancel(false);
        }
    }

    /** Writes the row of docs/conformance.tsv, if the whole program has run, with its own limits. */
    private void record(Contestant contestant) {
        broken |= brokenByThis;
        boolean whole = attacks.isEmpty() && percent == 100 && p99 <= MOST_P99;
        if (whole && !brokenByThis && contestant.kind() == Contestant.Kind.HAWSER) {
            String container = contestant.name().substring("hawser-".length());
            int kinds = Attack.all(percent).size();
            Conformance.record("Hostile peers", container, kinds + " attacks, no promise broken");
        }
    }

    private void print(String row) {
        table.append(row);
        System.out.print(row);
    }

    private static List<String> names(String property, String other) {
        String value = System.getProperty(property, "").trim();
        String chosen = value.isEmpty() ? other : value;
        return chosen.isEmpty() ? List.of() : List.of(chosen.split("\\s*,\\s*", -1));
    }
}
