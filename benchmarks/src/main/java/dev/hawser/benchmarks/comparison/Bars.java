package dev.hawser.benchmarks.comparison;

import static dev.hawser.benchmarks.comparison.Contestants.HAWSER_JETTY;
import static dev.hawser.benchmarks.comparison.Contestants.HAWSER_JETTY_LOOP;
import static dev.hawser.benchmarks.comparison.Contestants.HAWSER_JETTY_REDIS;
import static dev.hawser.benchmarks.comparison.Contestants.HAWSER_JETTY_SMALL;
import static dev.hawser.benchmarks.comparison.Contestants.JETTY;
import static dev.hawser.benchmarks.comparison.Contestants.RAW;
import static dev.hawser.benchmarks.comparison.Contestants.TOMCAT;
import static dev.hawser.benchmarks.comparison.Contestants.TYRUS;
import static dev.hawser.benchmarks.comparison.Contestants.UNDERTOW;

import java.util.ArrayList;
import java.util.List;

/** The bars: ratios of processor time for a message in one interleaved run, unless said otherwise. */
public final class Bars {
    static final List<String> PEERS = List.of(JETTY, TOMCAT, UNDERTOW, TYRUS);
    private static final double GROWTH = 1.25;
    private static final double BESIDE_SLOW = 0.80;
    private static final double WIRE = 1.03;
    private static final double THROUGH_BROKER = 0.80;

    private final Results results;
    private final List<Bar> bars = new ArrayList<>();

    private Bars(Results results) {
        this.results = results;
    }

    /** How many of the measured bars are met, in one line. */
    public static String sum(List<Bar> bars) {
        List<Bar> measured = bars.stream().filter(Bar::isMeasured).toList();
        long met = measured.stream().filter(Bar::isMet).count();
        return met + " of " + measured.size() + " figures meet their bar";
    }

    /** All bars, including those that were not measured. */
    static List<Bar> of(Results results) {
        Bars bars = new Bars(results);
        bars.smallMessages();
        bars.largerMessages();
        bars.others();
        bars.topics();
        bars.growth();
        bars.bars.addAll(new OwnGroundBars(results).all());
        bars.bars.addAll(new TlsBars(results).all());
        return bars.bars;
    }

    private void smallMessages() {
        for (String scenario : List.of("ping-pong-50", "ping-pong-500")) {
            against(scenario, HAWSER_JETTY, JETTY, 0.60);
            against(scenario, HAWSER_JETTY, TOMCAT, 0.90);
            against(scenario, HAWSER_JETTY_LOOP, UNDERTOW, 0.85);
        }
        againstBest("pipelined", 0.08, 0.06);
    }

    private void largerMessages() {
        againstBest("ascii-1k", 0.70, 0.60);
        againstBest("utf8-1k", 0.70, 0.60);
        againstBest("text-16k", 0.25, 0.20);
        againstBest("binary-64k", 0.60, 0.60);
        againstBest("binary-1m", 0.60, 0.60);
    }

    private void others() {
        againstBest("broadcast", 0.85, 0.85);
        againstBest("broadcast-basic", 0.85, 0.85);
        for (String scenario : List.of("deflate-takeover", "deflate-no-takeover")) {
            againstBest(scenario, 0.85, 0.85);
            double wire = results.median(scenario, HAWSER_JETTY, Round::wireBytes)
                    / PEERS.stream()
                            .mapToDouble(peer -> results.median(scenario, peer, Round::wireBytes))
                            .filter(bytes -> !Double.isNaN(bytes))
                            .min()
                            .orElse(Double.NaN);
            bars.add(new Bar(
                    scenario + ", bytes on the wire", HAWSER_JETTY, "the peer with the fewest", wire, WIRE, false));
        }
        against("cycle", HAWSER_JETTY, JETTY, 0.75);
        heap(HAWSER_JETTY);
        allocation(HAWSER_JETTY, 800);
        allocation(HAWSER_JETTY_LOOP, 600);
        double beside = results.median("beside-slow", HAWSER_JETTY, Round::rate)
                / results.median("beside-slow" + Scenario.ALONE, HAWSER_JETTY, Round::rate);
        bars.add(new Bar(
                "messages/s of 50 beside 8 that block",
                HAWSER_JETTY,
                "the same without the 8",
                beside,
                BESIDE_SLOW,
                true));
    }

    /** A topic is a broadcast that the application need not write; its cost is that of a broadcast. */
    private void topics() {
        againstBest("topic", 0.75, 0.75);
        against("topic", HAWSER_JETTY, RAW, 1.15);
        against("topic-10000", HAWSER_JETTY, RAW, 1.30);
        double broker = results.median("topic-flow", HAWSER_JETTY_REDIS, Round::rate)
                / results.median("topic-flow", HAWSER_JETTY, Round::rate);
        bars.add(new Bar(
                "topic-flow, deliveries/s, published through Redis",
                HAWSER_JETTY_REDIS,
                "published on the same node, " + HAWSER_JETTY,
                broker,
                THROUGH_BROKER,
                true));
        double beside = cpu("topic-dead", HAWSER_JETTY_SMALL) / cpu("topic-dead" + Scenario.ALONE, HAWSER_JETTY_SMALL);
        bars.add(new Bar("topic-dead", HAWSER_JETTY_SMALL, "the same without them", beside, 1.20, false));
        double deflated = cpu("topic-deflate", HAWSER_JETTY) / cpu("topic-json", HAWSER_JETTY);
        bars.add(new Bar("topic-deflate", HAWSER_JETTY, "the same, not compressed", deflated, 1.30, false));
    }

    private void growth() {
        for (String contestant : List.of(HAWSER_JETTY, HAWSER_JETTY_LOOP)) {
            for (Growth.Point point : Growth.POINTS) {
                if (!point.scenario().equals("ping-pong-50")) {
                    String what = point.connections() + " connections relative to 50";
                    double value = Growth.relativeToRaw(results, point, contestant);
                    bars.add(new Bar(what, contestant, "raw's own growth", value, GROWTH, false));
                }
            }
        }
    }

    private void against(String scenario, String contestant, String peer, double limit) {
        bars.add(new Bar(scenario, contestant, peer, cpu(scenario, contestant) / cpu(scenario, peer), limit, false));
    }

    private void againstBest(String scenario, double limit, double loopLimit) {
        String best = results.cheapest(scenario, PEERS);
        bars.add(bestBar(scenario, HAWSER_JETTY, best, limit));
        bars.add(bestBar(scenario, HAWSER_JETTY_LOOP, best, loopLimit));
    }

    private Bar bestBar(String scenario, String contestant, String best, double limit) {
        return new Bar(
                scenario,
                contestant,
                "best peer, " + best,
                cpu(scenario, contestant) / cpu(scenario, best),
                limit,
                false);
    }

    private void heap(String contestant) {
        MemoryRow own = results.memory(contestant, false);
        MemoryRow peer = results.memory(JETTY, false);
        double value = own == null || peer == null ? Double.NaN : own.heapPerConnection() / peer.heapPerConnection();
        bars.add(new Bar("heap of an idle connection", contestant, JETTY, value, 0.60, false));
    }

    private void allocation(String contestant, double limit) {
        double value = results.median("ping-pong-50", contestant, Round::allocated);
        bars.add(new Bar("bytes allocated for a 128 B echo", contestant, "absolute", value, limit, false));
    }

    private double cpu(String scenario, String contestant) {
        return results.median(scenario, contestant, Round::cpuMicros);
    }
}
