package dev.hawser.benchmarks.comparison;

import java.nio.file.Path;
import java.util.List;

/**
 * What is to be run, from system properties.
 *
 * @param scenarios {@code bench.scenarios}: names of scenarios; default all
 * @param contestants {@code bench.peers}: names of contestants; default all
 * @param rounds {@code bench.rounds}: rounds of each scenario and contestant; default 5
 * @param millis {@code bench.millis}: how long a round is measured; default 800
 * @param warmUpMillis {@code bench.warmup}: how long each contestant is warmed up in each scenario; default 1500
 * @param output {@code bench.output}: the folder for results and logs; default {@code target/comparison}
 */
record Options(
        List<Scenario> scenarios,
        List<Contestant> contestants,
        int rounds,
        long millis,
        long warmUpMillis,
        Path output) {
    static Options fromSystemProperties() {
        return new Options(
                Scenarios.named(names("bench.scenarios")),
                Contestants.named(names("bench.peers")),
                Integer.getInteger("bench.rounds", 5),
                Long.getLong("bench.millis", 800),
                Long.getLong("bench.warmup", 1500),
                Path.of(System.getProperty("bench.output", "target/comparison")));
    }

    private static List<String> names(String property) {
        String value = System.getProperty(property, "").trim();
        return value.isEmpty() ? List.of() : List.of(value.split("\\s*,\\s*", -1));
    }
}
