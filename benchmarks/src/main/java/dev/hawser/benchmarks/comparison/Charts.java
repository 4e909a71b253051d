package dev.hawser.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;

/** The charts, and the figures in them. */
final class Charts {
    private static final List<String> PANELS = List.of(
            "ping-pong-50",
            "pipelined",
            "ascii-1k",
            "text-16k",
            "binary-64k",
            "broadcast",
            "cycle",
            "deflate-no-takeover");

    private final Results results;

    Charts(Results results) {
        this.results = results;
    }

    /** Processor time for a message in the main scenarios, for the README. */
    String cpu() {
        List<BarChart.Panel> panels = new ArrayList<>();
        for (String scenario : PANELS) {
            List<BarChart.Value> bars = new ArrayList<>();
            String title = scenario;
            for (Contestant contestant : Contestants.named(List.of())) {
                Row row = results.row(scenario, contestant.name());
                if (row != null) {
                    title = row.scenario().title();
                    boolean own = contestant.kind() == Contestant.Kind.HAWSER;
                    bars.add(new BarChart.Value(contestant.name(), row.median(Round::cpuMicros), own));
                }
            }
            if (!bars.isEmpty()) {
                panels.add(new BarChart.Panel(title, bars));
            }
        }
        return BarChart.of("Processor time of the server for a message, in microseconds: less is better", panels);
    }

    /** Processor time for a message, over the number of connections. */
    String growth() {
        List<LineChart.Line> lines = new ArrayList<>();
        for (Contestant contestant : Contestants.named(List.of())) {
            List<LineChart.Point> points = new ArrayList<>();
            for (Growth.Point point : Growth.POINTS) {
                double cpu = results.median(point.scenario(), contestant.name(), Round::cpuMicros);
                if (cpu > 0) {
                    points.add(new LineChart.Point(point.connections(), cpu));
                }
            }
            if (points.size() > 1) {
                lines.add(new LineChart.Line(contestant.name(), points));
            }
        }
        return LineChart.of("Processor time for a 128 B echo", "connections", "microseconds", lines);
    }

    /** Heap of idle connections. */
    String memory() {
        List<LineChart.Line> lines = new ArrayList<>();
        for (MemoryRow row : results.memory()) {
            List<LineChart.Point> points = new ArrayList<>();
            for (MemoryRow.Step step : row.steps()) {
                double heap = (step.heap() - row.steps().get(0).heap()) / (1024.0 * 1024);
                if (step.connections() > 0 && heap > 0) {
                    points.add(new LineChart.Point(step.connections(), heap));
                }
            }
            if (!row.compressed() && points.size() > 1) {
                lines.add(new LineChart.Line(row.contestant().name(), points));
            }
        }
        return LineChart.of("Heap of idle connections", "connections", "MiB", lines);
    }
}
