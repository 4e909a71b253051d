package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.Bar;
import dev.hawser.benchmarks.comparison.Contestant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The bars of the client: ratios to the best of the others, each in one interleaved run. */
final class ClientBars {
    private static final double CPU = 0.80;
    private static final double HEAP = 0.60;

    private ClientBars() {}

    /** All bars, including those that were not measured. */
    static List<Bar> of(ClientResults results) {
        List<Bar> bars = new ArrayList<>();
        for (boolean tls : List.of(false, true)) {
            String scheme = tls ? "wss" : "ws";
            for (String hawser : List.of(ClientContestants.HAWSER, ClientContestants.HAWSER_LOOP)) {
                bars.add(
                        bar(scheme + ", ping-pong 50, CPU for a message", hawser, name -> results.cpu(name, tls), CPU));
            }
            bars.add(bar(
                    scheme + ", heap of an idle connection" + (tls ? " beside its SSLEngine" : ""),
                    ClientContestants.HAWSER,
                    name -> results.heap(name, tls),
                    HEAP));
        }
        return bars;
    }

    private static Bar bar(String what, String hawser, ToDoubleFunction<String> figure, double limit) {
        Optional<String> best = ClientContestants.named(List.of()).stream()
                .filter(contestant -> contestant.kind() == Contestant.Kind.PEER)
                .map(Contestant::name)
                .filter(name -> !Double.isNaN(figure.applyAsDouble(name)))
                .min(Comparator.comparingDouble(figure));
        double value = best.map(name -> figure.applyAsDouble(hawser) / figure.applyAsDouble(name))
                .orElse(Double.NaN);
        return new Bar(what, hawser, "best peer" + best.map(name -> ", " + name).orElse(""), value, limit, false);
    }
}
