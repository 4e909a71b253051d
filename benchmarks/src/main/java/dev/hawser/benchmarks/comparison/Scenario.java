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
 * @param workload the workload
 * @param unit what one message is, for tables
 */
record Scenario(String name, String title, Workload workload, String unit) {
    private static final int OTHER_FILES = 1_000;
    private static final int MANY = 10_000;
    private static final long FOR_MANY_MILLIS = 1_000;
    private static final long FOR_BLOCKED_MILLIS = 500;
    private static final String SLOW = "/slow";
    private static final String TOPIC = "/topic";
    private static final String DROPPING_TOPIC = "/topic-dropping";
    private static final Set<String> ALSO_UNPINNED = Set.of("ping-pong-50", "pipelined", "text-16k", "broadcast");

    /** The contestants of which a blocking callback does not stop all connections of a thread. */
    private static final Set<String> MAY_BLOCK = Set.of(
            Contestants.HAWSER_JETTY,
            Contestants.HAWSER_JETTY_VIRTUAL,
            Contestants.HAWSER_TOMCAT,
            Contestants.HAWSER_TOMCAT_PORTABLE,
            Contestants.HAWSER_UNDERTOW,
            Contestants.HAWSER_UNDERTOW_PORTABLE,
            Contestants.JETTY,
            Contestants.TOMCAT);

    /**
     * The only broadcast, beside topics and with TLS or without, for the server without a protocol, which does not
     * distinguish blocking from asynchronous sends.
     */
    static final String BROADCAST = "broadcast";

    /** The beginning of the names of scenarios over TLS. */
    static final String WSS = "wss-";

    /** The beginning of the names of scenarios that only measure the growth with the number of connections. */
    static final String GROWTH = "growth-";

    /** The end of the name of a scenario without its bystanders. */
    static final String ALONE = "-alone";

    /**
     * Whether a contestant takes part. The server without a protocol has only an echo and a broadcast, a broker only
     * carries topics, small buffers are only for topics that drop messages, some contestants do not compress, some have
     * no threads for blocking callbacks, and growth is measured only for the contestants of the bars.
     */
    boolean suits(Contestant contestant) {
        if (contestant.isBehindBroker() && !workload.path().equals(TOPIC)) {
            return false;
        }
        if (contestant.hasSmallBuffers() || workload.path().equals(DROPPING_TOPIC)) {
            return contestant.hasSmallBuffers() && workload.path().equals(DROPPING_TOPIC);
        }
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
            return !compressed
                    && (echo
                            || name.equals(BROADCAST)
                            || name.equals(WSS + BROADCAST)
                            || workload.path().equals(TOPIC));
        }
        return !compressed || contestant.compresses();
    }

    /** Whether the scenario is measured a second time, with server and load generator on any core. */
    boolean alsoUnpinned() {
        return ALSO_UNPINNED.contains(name);
    }

    /** Whether its connections are secured by TLS. */
    boolean isOverTls() {
        return workload.tls() != Workload.Tls.NONE;
    }

    /** Whether callbacks block in it; then rate and latency are the result, and not the processor time. */
    boolean blocks() {
        return workload.path().equals(SLOW)
                || workload.kind() == Kind.ECHO && workload.bystanders() > 0
                || workload.kind() == Kind.ECHO && name.endsWith(ALONE);
    }

    /** The scenario without its bystanders, whose rounds alternate with its own; null if there is none. */
    @Nullable Scenario alone() {
        boolean alternates = workload.kind() == Kind.ECHO || workload.path().equals(DROPPING_TOPIC);
        return alternates && workload.bystanders() > 0
                ? new Scenario(name + ALONE, "the same without them", workload.beside(0), unit)
                : null;
    }

    /**
     * How long a round takes if {@code millis} are asked for: at least so long that each connection has a message in
     * it.
     */
    long roundMillis(long millis) {
        long least = workload.connections() >= MANY || workload.path().equals(DROPPING_TOPIC)
                ? FOR_MANY_MILLIS
                : blocks() ? FOR_BLOCKED_MILLIS : 0;
        return Math.max(millis, least);
    }

    /** The scenarios that are measured in each of its rounds. */
    List<Scenario> parts() {
        Scenario alone = alone();
        return alone == null ? List.of(this) : List.of(alone, this);
    }

    /** Files that the load generator and each contestant must be able to open. */
    int openFiles() {
        return workload.connections() + workload.bystanders() + OTHER_FILES;
    }
}
