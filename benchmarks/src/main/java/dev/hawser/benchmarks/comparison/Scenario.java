package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.Compression;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.load.Workload.Kind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workload with a name.
 *
 * @param name for {@code -Dbench.scenarios}
 * @param title for tables
 * @param workload what is done
 * @param unit what one message is, for tables
 */
record Scenario(String name, String title, Workload workload, String unit) {
    private static final int OTHER_FILES = 1_000;
    private static final int MANY = 10_000;
    private static final long FOR_MANY_MILLIS = 1_000;
    private static final long FOR_BLOCKED_MILLIS = 500;
    private static final String SLOW = "/slow";
    private static final Set<String> ALSO_UNPINNED = Set.of("ping-pong-50", "pipelined", "text-16k", "broadcast");

    /** Those of whom callbacks that block do not stop all connections of a thread. */
    private static final Set<String> MAY_BLOCK = Set.of(
            Contestants.HAWSER_JETTY,
            Contestants.HAWSER_JETTY_VIRTUAL,
            Contestants.HAWSER_TOMCAT,
            Contestants.HAWSER_UNDERTOW,
            Contestants.JETTY,
            Contestants.TOMCAT);

    /**
     * The one broadcast that a server without a protocol takes part in: a name, since one that blocks would cost it the
     * same.
     */
    static final String BROADCAST = "broadcast";

    /** Scenarios whose only purpose is the cost as connections grow in number. */
    static final String GROWTH = "growth-";

    /** What comes behind the name of a scenario for the same without bystanders. */
    static final String ALONE = "-alone";

    /**
     * Whether a contestant can take part: without a protocol there is only an echo and a broadcast, some do not
     * compress, some have no threads for callbacks that block, and growth is measured for those that the bars name.
     */
    boolean suits(Contestant contestant) {
        boolean compressed = workload.compression() != Compression.NONE;
        if (name.startsWith(GROWTH) && !Growth.CONTESTANTS.contains(contestant.name())) {
            return false;
        }
        if (workload.path().equals(SLOW) && !MAY_BLOCK.contains(contestant.name())) {
            return false;
        }
        if (contestant.isRaw()) {
            boolean byReturnValue =
                    !workload.path().equals("/basic") && !workload.path().equals("/async");
            boolean echo = workload.kind() == Kind.ECHO && workload.bystanders() == 0 && byReturnValue;
            return !compressed && (echo || name.equals(BROADCAST));
        }
        return !compressed || contestant.compresses();
    }

    /** Whether it is measured a second time with server and load generator on any core. */
    boolean alsoUnpinned() {
        return ALSO_UNPINNED.contains(name);
    }

    /**
     * Whether it is about callbacks that block: their rate and latency say something then, and not the processor time.
     */
    boolean blocks() {
        return workload.path().equals(SLOW)
                || workload.kind() == Kind.ECHO && workload.bystanders() > 0
                || name.endsWith(ALONE);
    }

    /**
     * The same without the connections beside it, whose rounds go in turn with its own; null if it is not compared with
     * that.
     */
    @Nullable Scenario alone() {
        return workload.kind() == Kind.ECHO && workload.bystanders() > 0
                ? new Scenario(name + ALONE, "the same without them", workload.beside(0), unit)
                : null;
    }

    /**
     * How long a round is measured, if {@code millis} are asked for: not so short that some connections have no message
     * in it.
     */
    long roundMillis(long millis) {
        long least = workload.connections() >= MANY ? FOR_MANY_MILLIS : blocks() ? FOR_BLOCKED_MILLIS : 0;
        return Math.max(millis, least);
    }

    /** What is measured in each of its rounds. */
    List<Scenario> parts() {
        Scenario alone = alone();
        return alone == null ? List.of(this) : List.of(alone, this);
    }

    /** Files that the load generator and each contestant must be able to open. */
    int openFiles() {
        return workload.connections() + workload.bystanders() + OTHER_FILES;
    }
}
