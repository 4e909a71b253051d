package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bars of the scenarios over TLS: Hawser on a server is compared with that server's own WebSocket, since both use
 * the same TLS, and with the server without a protocol.
 */
final class TlsBars {
    /** Hawser's contestants on each server. */
    private static final Map<String, List<String>> ON = Map.of(
            Contestants.JETTY,
            List.of(Contestants.HAWSER_JETTY, Contestants.HAWSER_JETTY_LOOP),
            Contestants.TOMCAT,
            List.of(Contestants.HAWSER_TOMCAT, Contestants.HAWSER_TOMCAT_PORTABLE),
            Contestants.UNDERTOW,
            List.of(
                    Contestants.HAWSER_UNDERTOW,
                    Contestants.HAWSER_UNDERTOW_LOOP,
                    Contestants.HAWSER_UNDERTOW_PORTABLE));

    private static final List<String> SERVERS = List.of(Contestants.JETTY, Contestants.TOMCAT, Contestants.UNDERTOW);

    /** Where Hawser reads and writes itself, and not through the server. */
    private static final Set<String> OWN_TRANSPORT =
            Set.of(Contestants.HAWSER_TOMCAT, Contestants.HAWSER_UNDERTOW, Contestants.HAWSER_UNDERTOW_LOOP);

    private static final List<String> MESSAGES =
            List.of("wss-ping-pong-50", "wss-pipelined", "wss-text-16k", "wss-binary-64k", "wss-broadcast");
    private static final List<String> CONNECTS = List.of("wss-cycle", "wss-cycle-resumed");

    private static final double OWN = 1.0;
    private static final double ABOVE_IDEAL = 0.5;
    private static final double IDEAL = 1.35;
    private static final double CONNECT = 1.02;

    private final Results results;
    private final List<Bar> bars = new ArrayList<>();

    TlsBars(Results results) {
        this.results = results;
    }

    /** All of them, including those that were not measured. */
    List<Bar> all() {
        for (String server : SERVERS) {
            for (String contestant : ON.getOrDefault(server, List.of())) {
                MESSAGES.forEach(scenario -> messages(scenario, contestant, server));
                CONNECTS.forEach(scenario ->
                        add(scenario, contestant, server, cpu(scenario, contestant) / cpu(scenario, server), CONNECT));
            }
        }
        return bars;
    }

    private void messages(String scenario, String contestant, String server) {
        double own = cpu(scenario, server);
        double ideal = cpu(scenario, Contestants.RAW);
        double measured = cpu(scenario, contestant);
        add(scenario, contestant, server, measured / own, OWN);
        double above = own > ideal ? (measured - ideal) / (own - ideal) : Double.NaN;
        add(scenario + ", cost above the ideal", contestant, "that of " + server, above, ABOVE_IDEAL);
        if (OWN_TRANSPORT.contains(contestant)) {
            add(scenario, contestant, "the ideal, " + Contestants.RAW, measured / ideal, IDEAL);
        }
    }

    private void add(String what, String contestant, String against, double value, double limit) {
        bars.add(new Bar(what, contestant, against, value, limit, false));
    }

    private double cpu(String scenario, String contestant) {
        return results.median(scenario, contestant, Round::cpuMicros);
    }
}
