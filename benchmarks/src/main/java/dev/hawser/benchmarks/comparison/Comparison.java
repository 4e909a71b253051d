package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The side-by-side comparison. All contestants are up at once, each in a process of its own; in each scenario each of them is warmed up, then the
 * rounds go from one contestant to the next, so that whatever else the machine does meets all of them.
 */
public final class Comparison {
    private Comparison() {}

    /** Runs what the system properties {@code bench.*} say ({@link Options}). */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options = Options.fromSystemProperties();
        ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
        List<ContestantProcess> processes = new ArrayList<>();
        try {
            for (Contestant contestant : options.contestants()) {
                processes.add(ContestantProcess.start(
                        contestant,
                        classPath,
                        Contestants.JVM_FLAGS,
                        options.output().resolve("logs")));
            }
            new Comparison().run(options, processes);
        } finally {
            processes.forEach(ContestantProcess::close);
        }
    }

    private void run(Options options, List<ContestantProcess> processes) throws IOException, InterruptedException {
        Affinity affinity = new Affinity();
        boolean pinned = affinity.isAvailable();
        for (Scenario scenario : options.scenarios()) {
            List<ContestantProcess> taking = processes.stream()
                    .filter(process -> scenario.suits(process.contestant()))
                    .toList();
            affinity.apply(processes, false);
            for (ContestantProcess process : taking) {
                RoundRunner.run(process, scenario.workload(), options.warmUpMillis());
            }
            affinity.apply(processes, pinned);
            List<Row> rows = taking.stream()
                    .map(process -> new Row(scenario, process.contestant(), pinned))
                    .toList();
            for (int round = 0; round < options.rounds(); round++) {
                for (int i = 0; i < taking.size(); i++) {
                    int turn = (i + round) % taking.size();
                    rows.get(turn).add(RoundRunner.run(taking.get(turn), scenario.workload(), options.millis()));
                }
            }
            print(scenario, rows);
        }
    }

    private static void print(Scenario scenario, List<Row> rows) {
        System.out.println(scenario.name() + ": " + scenario.title());
        for (Row row : rows) {
            String failure = row.failure();
            System.out.println(
                    failure != null
                            ? String.format("  %-20s void: %s", row.contestant().name(), failure)
                            : String.format(
                                    "  %-20s %9.2f us CPU (%.2f - %.2f) %9.0f /s  p50 %7.0f  p99 %7.0f  p99.9 %7.0f us %9.0f B alloc %9.0f B wire",
                                    row.contestant().name(),
                                    row.median(Round::cpuMicros),
                                    row.minimum(Round::cpuMicros),
                                    row.maximum(Round::cpuMicros),
                                    row.median(Round::rate),
                                    row.median(Round::p50),
                                    row.median(Round::p99),
                                    row.median(Round::p999),
                                    row.median(Round::allocated),
                                    row.median(Round::wireBytes)));
        }
    }
}
