package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.tls.Certificate;
import dev.hawser.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The side-by-side comparison. All contestants run at the same time, each in its own process. In each scenario all of
 * them are warmed up, and then the rounds alternate between them, so that other load of the machine affects all of
 * them.
 */
public final class Comparison {
    /** How long each scenario of the preparation lasts, as a number of warm-ups. */
    private static final int PREPARATION = 12;

    /** If the compilers take less than this part of a warm-up, all code that matters has been compiled. */
    private static final double COMPILED = 0.05;

    private static final int MOST_WARM_UPS = 15;

    private final Options options;
    private final String run =
            LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm"));
    /**
     * Why a warm-up lost messages, for contestants where that is known: the wait for missing messages takes 15 seconds,
     * and is done only once.
     */
    private final Map<String, @Nullable String> lostInWarmUp = new HashMap<>();

    private final Affinity affinity = new Affinity();
    private final Results results = new Results();

    private Comparison(Options options) {
        this.options = options;
    }

    /** Runs what the system properties {@code bench.*} say ({@link Options}). */
    public static void main(String[] arguments) throws Exception {
        long begin = System.nanoTime();
        Options options = Options.fromSystemProperties();
        ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
        Machine machine = Machine.here(options.java(), classPath); // before this process is pinned to a processor
        ResultsFile file = new ResultsFile(options.output().resolve("rounds.tsv"), machine);
        Results kept = options.keep() ? file.read() : new Results();
        Results results = new Comparison(options).run(classPath);
        results.addMissing(kept);
        file.write(results);
        boolean onThePage = new Report(results, machine, options).write();
        if (onThePage) {
            Conformance.record("Comparison", "", Bars.sum(Bars.of(results)));
        }
        System.out.println(new Tables(results).bars());
        System.out.printf(
                "Written to %s after %d minutes%n",
                options.output(), Duration.ofNanos(System.nanoTime() - begin).toMinutes());
    }

    /** Starts the contestants, runs all scenarios, and ends the contestants. */
    private Results run(ClassPath classPath) throws Exception {
        Path logs = options.output().resolve("logs");
        List<ContestantProcess> processes = new ArrayList<>();
        try (Redis redis = new Redis()) {
            if (!options.scenarios().isEmpty()) {
                Certificate certificate = Certificate.create(options.output());
                for (Contestant contestant : options.contestants()) {
                    List<String> flags = new ArrayList<>(Contestants.JVM_FLAGS);
                    if (contestant.isBehindBroker()) {
                        flags.add("-Dcontestant.redis=" + redis.uri());
                    }
                    processes.add(
                            ContestantProcess.start(contestant, options.java(), classPath, flags, logs, certificate));
                }
            }
            compare(processes);
        } finally {
            processes.forEach(ContestantProcess::close);
        }
        MemoryMeasurement memory = new MemoryMeasurement(
                options.java(), classPath, logs.resolve("memory"), options.idleConnections(), run);
        for (boolean compressed : options.memory()) {
            for (Contestant contestant : options.contestants()) {
                if (contestant.holdsIdle(compressed)) {
                    MemoryRow row = memory.run(contestant, compressed);
                    results.add(row);
                    System.out.print(Report.line(row));
                }
            }
        }
        return results;
    }

    private void compare(List<ContestantProcess> processes) throws IOException, InterruptedException {
        boolean pins = affinity.isAvailable();
        boolean preparedForTls = false;
        if (!options.scenarios().stream().allMatch(Scenario::isOverTls)) {
            prepare(Scenarios.PREPARATION, processes);
        }
        for (Scenario scenario : options.scenarios()) {
            if (scenario.isOverTls() && !preparedForTls) {
                affinity.apply(processes, false);
                prepare(Scenarios.PREPARATION_FOR_TLS, processes);
                preparedForTls = true;
            }
            List<ContestantProcess> taking = processes.stream()
                    .filter(process -> scenario.suits(process.contestant()))
                    .toList();
            affinity.apply(processes, false);
            for (ContestantProcess process : taking) {
                warmUpUntilCompiled(scenario, process);
            }
            affinity.apply(processes, pins);
            rounds(scenario, taking, pins);
            if (pins && scenario.alsoUnpinned()) {
                affinity.apply(processes, false);
                rounds(scenario, taking, false);
            }
        }
        affinity.apply(processes, false);
    }

    private void prepare(List<Scenario> scenarios, List<ContestantProcess> processes)
            throws IOException, InterruptedException {
        for (ContestantProcess process : processes) {
            for (Scenario scenario : scenarios) {
                if (scenario.suits(process.contestant())) {
                    warmUp(scenario, process, PREPARATION * options.warmUpMillis());
                }
            }
        }
    }

    /**
     * Warms up until little is compiled: compilation is part of the measured processor time, but not of the cost of a
     * message.
     */
    private void warmUpUntilCompiled(Scenario scenario, ContestantProcess process)
            throws IOException, InterruptedException {
        long millis = options.warmUpMillis();
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            long before = process.compilationMillis();
            warmUp(scenario, process, millis);
            if (process.compilationMillis() - before < COMPILED * millis) {
                return;
            }
        }
    }

    private void warmUp(Scenario scenario, ContestantProcess process, long millis)
            throws IOException, InterruptedException {
        if (obstacle(scenario, process) == null) {
            String failure =
                    RoundRunner.run(process, scenario.workload(), millis).failure();
            if (failure != null && KnownLimits.reason(scenario, process.contestant()) != null) {
                lostInWarmUp.put(process.contestant().name() + " in " + scenario.name(), failure);
            }
        }
    }

    /** Why a contestant cannot be run in a scenario, or null. */
    private @Nullable String obstacle(Scenario scenario, ContestantProcess process) {
        return scenario.openFiles() > options.openFiles()
                ? String.format(
                        "not run: needs %,d open files in each process, and the limit is %,d: raise it with ulimit -n",
                        scenario.openFiles(), options.openFiles())
                : lostInWarmUp.getOrDefault(
                        process.contestant().name() + " in " + scenario.name(),
                        KnownLimits.notRun(scenario, process.contestant()));
    }

    private void rounds(Scenario scenario, List<ContestantProcess> taking, boolean pinned)
            throws IOException, InterruptedException {
        List<Scenario> parts = scenario.parts();
        List<Row> rows = new ArrayList<>();
        for (Scenario part : parts) {
            taking.forEach(process -> rows.add(new Row(part, process.contestant(), pinned, run)));
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < taking.size(); i++) {
                int turn = (i + round) % taking.size();
                for (int p = 0; p < parts.size(); p++) {
                    int part = (p + round) % parts.size(); // so that each is first as often as last
                    round(taking.get(turn), rows.get(part * taking.size() + turn));
                }
            }
        }
        add(rows, scenario, pinned);
    }

    /** Runs a round, unless the row is void already, since the wait for missing messages takes 15 seconds. */
    private void round(ContestantProcess process, Row row) throws IOException, InterruptedException {
        if (!row.rounds().isEmpty() && row.failure() != null) {
            return;
        }
        String obstacle = obstacle(row.scenario(), process);
        row.add(
                obstacle != null
                        ? Round.failed(obstacle)
                        : RoundRunner.run(
                                process,
                                row.scenario().workload(),
                                row.scenario().roundMillis(options.millis())));
    }

    private void add(List<Row> rows, Scenario scenario, boolean pinned) {
        results.add(rows);
        for (Scenario part : scenario.parts()) {
            System.out.println(part.name() + (pinned ? ", pinned: " : ": ") + part.title());
            rows.stream().filter(row -> row.scenario().equals(part)).forEach(row -> System.out.print(Report.line(row)));
        }
    }
}
