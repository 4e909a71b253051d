package dev.hawser.benchmarks.comparison;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to run, from system properties.
 *
 * @param scenarios {@code bench.scenarios}: names of scenarios; default all
 * @param contestants {@code bench.peers}: names of contestants; default all that the JVM can run
 * @param java {@code bench.java}: the {@code java} of the contestants; default that of the comparison
 * @param rounds {@code bench.rounds}: rounds of each scenario and contestant; default 5
 * @param millis {@code bench.millis}: how long a round is measured; default 400
 * @param warmUpMillis {@code bench.warmup}: how long each contestant is warmed up in each scenario; default 1000
 * @param memory whether idle memory is measured without (false), with (true) compression: scenarios {@code memory},
 *     {@code memory-deflate}
 * @param idleConnections {@code bench.idle}: idle connections for the memory; default 10,000, or fewer if the process
 *     may not open as many files
 * @param openFiles how many files the process may open
 * @param keep {@code bench.keep}: whether scenarios that are not run are taken from the last run; default false
 * @param output {@code bench.output}: the folder for results and logs; default {@code target/comparison}
 * @param docs {@code bench.docs}: the folder of the documentation, where page and pictures are replaced; default none
 */
record Options(
        List<Scenario> scenarios,
        List<Contestant> contestants,
        JavaMachine java,
        int rounds,
        long millis,
        long warmUpMillis,
        List<Boolean> memory,
        int idleConnections,
        long openFiles,
        boolean keep,
        Path output,
        @Nullable Path docs) {
    private static final int IDLE_CONNECTIONS = 10_000;
    private static final int OTHER_FILES = 1_000;

    /** @throws IllegalArgumentException if they ask for something impossible */
    static Options fromSystemProperties() {
        List<String> scenarios = names("bench.scenarios");
        List<String> peers = names("bench.peers");
        boolean keep = Boolean.getBoolean("bench.keep");
        String docs = System.getProperty("bench.docs", "").trim();
        if (!docs.isEmpty() && (!peers.isEmpty() || !scenarios.isEmpty() && !keep)) {
            throw new IllegalArgumentException(
                    "bench.docs replaces the whole page, so that takes all contestants and scenarios: leave out"
                            + " bench.peers, and bench.scenarios as well or keep the others of the last run by"
                            + " bench.keep=true");
        }
        String java = System.getProperty("bench.java", "").trim();
        JavaMachine machine = java.isEmpty() ? JavaMachine.own() : JavaMachine.at(Path.of(java));
        int idle = Integer.getInteger("bench.idle", IDLE_CONNECTIONS);
        return new Options(
                Scenarios.named(scenarios),
                Contestants.named(peers, machine),
                machine,
                Integer.getInteger("bench.rounds", 5),
                Long.getLong("bench.millis", 400),
                Long.getLong("bench.warmup", 1000),
                memory(scenarios),
                (int) Math.min(idle, maxOpenFiles() - OTHER_FILES),
                maxOpenFiles(),
                keep,
                Path.of(System.getProperty("bench.output", "target/comparison")),
                docs.isEmpty() ? null : Path.of(docs));
    }

    private static List<Boolean> memory(List<String> scenarios) {
        List<Boolean> memory = new ArrayList<>();
        for (String name : Scenarios.MEMORY) {
            if (scenarios.isEmpty() || scenarios.contains(name)) {
                memory.add(name.endsWith("-deflate"));
            }
        }
        return memory;
    }

    private static long maxOpenFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static List<String> names(String property) {
        String value = System.getProperty(property, "").trim();
        return value.isEmpty() ? List.of() : List.of(value.split("\\s*,\\s*", -1));
    }
}
