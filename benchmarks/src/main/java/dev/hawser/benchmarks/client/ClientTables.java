package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.Bar;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.Report;
import java.util.List;
import java.util.Locale;

/** The tables of the page, in Markdown. */
final class ClientTables {
    private final ClientResults results;

    ClientTables(ClientResults results) {
        this.results = results;
    }

    /** The clients and their settings. */
    static String contestants(List<Contestant> contestants) {
        StringBuilder table = head("name", "what", "settings");
        for (Contestant contestant : contestants) {
            List<String> settings = contestant.settings().stream()
                    .map(setting -> "`-D" + setting + "`")
                    .toList();
            row(table, contestant.name(), contestant.title(), String.join("<br>", settings));
        }
        return table.toString();
    }

    /** The rounds with fifty connections, or with as many as each client could open. */
    String cpu(boolean tls, boolean few) {
        StringBuilder table =
                head("client", "connections", "CPU us/message, median (min - max)", "messages/s", "B allocated");
        for (ClientRow row : results.rows(tls, few)) {
            String failure = row.failure();
            if (failure != null) {
                row(table, row.contestant(), whole(row.connections()), "void: " + failure, "", "");
                continue;
            }
            row(
                    table,
                    row.contestant(),
                    whole(row.connections()),
                    String.format(
                            "%s (%s - %s)",
                            Report.number(row.median(ClientRow.Round::cpuMicros)),
                            Report.number(row.minimum(ClientRow.Round::cpuMicros)),
                            Report.number(row.maximum(ClientRow.Round::cpuMicros))),
                    whole(row.median(ClientRow.Round::rate)),
                    whole(row.median(ClientRow.Round::allocated)));
        }
        return table.toString();
    }

    /** Memory of idle connections. */
    String idle() {
        StringBuilder table = head("client", "", "connections", "heap B each", "resident B each", "why not more");
        for (IdleRow row : results.idle()) {
            String limit = row.limit();
            row(
                    table,
                    row.contestant(),
                    row.tls() ? "wss" : "ws",
                    whole(row.connections()),
                    whole(row.heap()),
                    whole(row.resident()),
                    limit == null ? "" : limit);
        }
        return table.toString();
    }

    /** The bars, and whether they are met. */
    String bars() {
        StringBuilder table = head("what", "client", "against", "measured", "bar", "");
        for (Bar bar : ClientBars.of(results)) {
            row(
                    table,
                    bar.what(),
                    bar.contestant(),
                    bar.against(),
                    bar.isMeasured() ? Report.number(bar.value()) : "",
                    "<= " + Report.number(bar.limit()),
                    !bar.isMeasured() ? "not measured" : bar.isMet() ? "met" : "**not met**");
        }
        return table.toString();
    }

    private static StringBuilder head(String... cells) {
        StringBuilder table = new StringBuilder();
        row(table, cells);
        table.append("|---".repeat(cells.length)).append("|\n");
        return table;
    }

    private static void row(StringBuilder table, String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String whole(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,.0f", value);
    }
}
