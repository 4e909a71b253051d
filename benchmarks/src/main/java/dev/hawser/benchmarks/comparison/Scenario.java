package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.Workload;

/**
 * A workload with a name.
 *
 * @param name for {@code -Dbench.scenarios}
 * @param title for tables
 * @param workload what is done
 * @param unit what one message is, for tables
 */
record Scenario(String name, String title, Workload workload, String unit) {
    /** Whether a contestant can take part: without a protocol there is only an echo, and some do not compress. */
    boolean suits(Contestant contestant) {
        boolean plainEcho = workload.kind() == Workload.Kind.ECHO
                && workload.compression() == dev.hawser.benchmarks.load.Compression.NONE
                && workload.bystanders() == 0;
        if (contestant.isRaw()) {
            return plainEcho
                    && !workload.path().equals("/basic")
                    && !workload.path().equals("/async");
        }
        return workload.compression() == dev.hawser.benchmarks.load.Compression.NONE
                || !contestant.name().equals(Contestants.TYRUS);
    }
}
