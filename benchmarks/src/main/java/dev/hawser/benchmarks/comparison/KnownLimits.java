package dev.hawser.benchmarks.comparison;

import org.jspecify.annotations.Nullable;

/** What contestants cannot do by design. */
final class KnownLimits {
    private static final int MANY = 10_000;
    private static final String ONE_SEND =
            "by design: Tomcat refuses an asynchronous send, with an IllegalStateException, while the one"
                    + " before is under way";
    private static final String HEAP =
            "not run: 10,000 connections take Tomcat some 730 MB of heap, and all have 512 MB";

    private KnownLimits() {}

    /** Why a row must be void, or null if no reason is known. */
    static @Nullable String reason(Scenario scenario, Contestant contestant) {
        String path = scenario.workload().path();
        boolean asynchronous = path.equals("/async") || path.equals("/broadcast") || path.equals("/topic");
        return asynchronous && contestant.name().equals(Contestants.TOMCAT) ? ONE_SEND : null;
    }

    /**
     * Why a contestant is not run in a scenario, because it would end, or take the processor from the others; null if
     * it is run.
     */
    static @Nullable String notRun(Scenario scenario, Contestant contestant) {
        boolean many = scenario.workload().connections() >= MANY;
        return many && contestant.name().equals(Contestants.TOMCAT) ? HEAP : null;
    }
}
