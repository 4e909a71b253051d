package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;

/**
 * The bars of Hawser on a server's own ground: in the same server, beside that server's own WebSocket. Where the server
 * calls endpoints on its event loop, Hawser does so, too.
 */
final class OwnGroundBars {
    /** Tomcat calls endpoints on threads that may block; Jetty and Undertow do so on those that read. */
    private static final List<Ground> GROUNDS = List.of(
            new Ground(Contestants.HAWSER_TOMCAT, Contestants.TOMCAT),
            new Ground(Contestants.HAWSER_UNDERTOW_LOOP, Contestants.UNDERTOW),
            new Ground(Contestants.HAWSER_JETTY_LOOP, Contestants.JETTY));

    /** For each scenario the limits on {@link #GROUNDS}. */
    private static final List<Limits> SCENARIOS = List.of(
            new Limits("ping-pong-50", 0.65, 0.80, 0.40),
            new Limits("ping-pong-500", 0.65, 0.80, 0.40),
            new Limits("pipelined", 0.08, 0.06, 0.06),
            new Limits("ascii-1k", 0.60, 0.60, 0.45),
            new Limits("text-16k", 0.20, 0.20, 0.18),
            new Limits("binary-64k", 0.30, 0.40, 0.60),
            new Limits("broadcast", 0.60, 0.85, 0.75),
            new Limits("broadcast-basic", 0.60, 0.85, 0.75),
            new Limits("cycle", 0.95, 0.95, 0.55),
            new Limits("deflate-takeover", 0.80, 0.80, 0.75));

    private static final Limits HEAP = new Limits("heap of an idle connection", 0.30, 0.70, 0.35);

    /** A message that has to wake a worker, beside one that stays on the event loop. */
    private static final double WAKING = 1.25;
    /** The other way round, where a SendHandler is called for each reply. */
    private static final double SEND_HANDLER = 1.1;

    private static final double BASIC_SENDS = 0.5;

    private final Results results;
    private final List<Bar> bars = new ArrayList<>();

    OwnGroundBars(Results results) {
        this.results = results;
    }

    private record Ground(String hawser, String own) {}

    private record Limits(String what, List<Double> most) {
        Limits(String what, Double... most) {
            this(what, List.of(most));
        }
    }

    /** All of them, including those that were not measured. */
    List<Bar> all() {
        for (Limits scenario : SCENARIOS) {
            for (int i = 0; i < GROUNDS.size(); i++) {
                Ground on = GROUNDS.get(i);
                ratio(scenario.what, on.hawser, on.own, scenario.most.get(i));
            }
        }
        for (int i = 0; i < GROUNDS.size(); i++) {
            Ground on = GROUNDS.get(i);
            add(HEAP.what, on.hawser, on.own, heap(on.hawser) / heap(on.own), HEAP.most.get(i));
        }
        ratio("ping-pong-1", Contestants.HAWSER_JETTY, Contestants.HAWSER_JETTY_LOOP, WAKING);
        ratio("async-50", Contestants.HAWSER_JETTY_LOOP, Contestants.HAWSER_JETTY, SEND_HANDLER);
        String basic = "pipelined-basic";
        ratio(basic, Contestants.HAWSER_JETTY, results.cheapest(basic, Bars.PEERS), BASIC_SENDS);
        return bars;
    }

    private void ratio(String scenario, String contestant, String against, double limit) {
        add(scenario, contestant, against, cpu(scenario, contestant) / cpu(scenario, against), limit);
    }

    private void add(String what, String contestant, String against, double value, double limit) {
        bars.add(new Bar(what, contestant, against, value, limit, false));
    }

    private double cpu(String scenario, String contestant) {
        return results.median(scenario, contestant, Round::cpuMicros);
    }

    private double heap(String contestant) {
        MemoryRow row = results.memory(contestant, false);
        return row == null ? Double.NaN : row.heapPerConnection();
    }
}
