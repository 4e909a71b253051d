package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.Compression;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.load.Workload.Kind;
import java.util.Set;

/**
 * A workload with a name.
 *
 * @param name for {@code -Dbench.scenarios}
 * @param title for tables
 * @param workload what is done
 * @param unit what one message is, for tables
 */
record Scenario(String name, String title, Workload workload, String unit) {
    private static final long CYCLE_WARM_UPS = 16;
    private static final Set<String> ALSO_UNPINNED = Set.of("ping-pong-50", "pipelined", "text-16k", "broadcast");

    /** Scenarios whose only purpose is the cost as connections grow in number. */
    static final String GROWTH = "growth-";

    /**
     * Whether a contestant can take part: without a protocol there is only an echo, some do not compress, and growth is measured for those that
     * the bars name.
     */
    boolean suits(Contestant contestant) {
        boolean compressed = workload.compression() != Compression.NONE;
        if (name.startsWith(GROWTH) && !Growth.CONTESTANTS.contains(contestant.name())) {
            return false;
        }
        if (contestant.isRaw()) {
            boolean byReturnValue =
                    !workload.path().equals("/basic") && !workload.path().equals("/async");
            return workload.kind() == Kind.ECHO && !compressed && workload.bystanders() == 0 && byReturnValue;
        }
        return !compressed || contestant.compresses();
    }

    /**
     * How many times the usual warm-up it needs. A connection runs through most of the container's HTTP code, once: after a second, two thirds
     * of the processor time of connect, echo, close were the compiler's.
     */
    long warmUps() {
        return workload.kind() == Kind.CYCLE ? CYCLE_WARM_UPS : 1;
    }

    /** Whether it is measured a second time with server and load generator on any core. */
    boolean alsoUnpinned() {
        return ALSO_UNPINNED.contains(name);
    }
}
