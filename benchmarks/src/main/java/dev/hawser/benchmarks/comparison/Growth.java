package dev.hawser.benchmarks.comparison;

import java.util.List;
import java.util.Set;

/** The cost of a message as the number of connections grows. */
final class Growth {
    /** The contestants for which it is measured. */
    static final Set<String> CONTESTANTS = Set.of(
            Contestants.HAWSER_JETTY,
            Contestants.HAWSER_JETTY_LOOP,
            Contestants.JETTY,
            Contestants.TOMCAT,
            Contestants.UNDERTOW,
            Contestants.RAW);

    /** All points; three of them are scenarios of their own. */
    static final List<Point> POINTS = List.of(
            new Point(1, "ping-pong-1"),
            new Point(10, "growth-10"),
            new Point(50, "ping-pong-50"),
            new Point(500, "ping-pong-500"),
            new Point(2_000, "growth-2000"),
            new Point(10_000, "growth-10000"));

    private static final String REFERENCE = "ping-pong-50";

    /** A number of connections, and the scenario that has it. */
    record Point(int connections, String scenario) {}

    private Growth() {}

    /**
     * How much more a message costs than with 50 connections, divided by the same ratio of the server without a
     * protocol.
     */
    static double relativeToRaw(Results results, Point point, String contestant) {
        return growth(results, point, contestant) / growth(results, point, Contestants.RAW);
    }

    private static double growth(Results results, Point point, String contestant) {
        return results.median(point.scenario(), contestant, Round::cpuMicros)
                / results.median(REFERENCE, contestant, Round::cpuMicros);
    }
}
