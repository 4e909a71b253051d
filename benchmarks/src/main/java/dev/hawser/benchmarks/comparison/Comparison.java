package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The side-by-side comparison. All contestants are up at once, each in a process of its own; in each scenario each of them is warmed up, then the
 * rounds go from one contestant to the next, so that whatever else the machine does meets all of them.
 */
public final class Comparison {
    /** The first workload meets cold processes. */
    private static final int FIRST_WARM_UP = 3;

    private final Options options;
    private final Affinity affinity = new Affinity();
    private final Results results = new Results();

    private Comparison(Options options) {
        this.options = options;
    }

    /** Runs what the system properties {@code bench.*} say ({@link Options}). */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options = Options.fromSystemProperties();
        ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
        Machine machine = Machine.here(classPath); // Before this process is pinned to one of the processors.
        Results results = new Comparison(options).run(classPath);
        new Report(results, machine, options).write();
        System.out.println(new Tables(results).bars());
        System.out.println("Written to " + options.output());
    }

    /** Starts the contestants, runs all scenarios, and ends the contestants. */
    private Results run(ClassPath classPath) throws IOException, InterruptedException {
        Path logs = options.output().resolve("logs");
        List<ContestantProcess> processes = new ArrayList<>();
        try {
            if (!options.scenarios().isEmpty()) {
                for (Contestant contestant : options.contestants()) {
                    processes.add(ContestantProcess.start(contestant, classPath, Contestants.JVM_FLAGS, logs));
                }
            }
            compare(processes);
        } finally {
            processes.forEach(ContestantProcess::close);
        }
        MemoryMeasurement memory = new MemoryMeasurement(classPath, logs.resolve("memory"), options.idleConnections());
        for (boolean compressed : options.memory()) {
            for (Contestant contestant : options.contestants()) {
                if (!compressed || contestant.compresses()) {
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
        int warmUp = FIRST_WARM_UP;
        for (Scenario scenario : options.scenarios()) {
            List<ContestantProcess> taking = processes.stream()
                    .filter(process -> scenario.suits(process.contestant()))
                    .toList();
            affinity.apply(processes, false);
            for (ContestantProcess process : taking) {
                RoundRunner.run(process, scenario.workload(), warmUp * scenario.warmUps() * options.warmUpMillis());
            }
            warmUp = 1;
            affinity.apply(processes, pins);
            rounds(scenario, taking, pins);
            if (pins && scenario.alsoUnpinned()) {
                affinity.apply(processes, false);
                rounds(scenario, taking, false);
            }
        }
        affinity.apply(processes, false);
    }

    private void rounds(Scenario scenario, List<ContestantProcess> taking, boolean pinned)
            throws IOException, InterruptedException {
        List<Row> rows = taking.stream()
                .map(process -> new Row(scenario, process.contestant(), pinned))
                .toList();
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < taking.size(); i++) {
                int turn = (i + round) % taking.size();
                rows.get(turn).add(RoundRunner.run(taking.get(turn), scenario.workload(), options.millis()));
            }
        }
        results.add(rows);
        System.out.println(scenario.name() + (pinned ? ", pinned: " : ": ") + scenario.title());
        rows.forEach(row -> System.out.print(Report.line(row)));
    }
}
