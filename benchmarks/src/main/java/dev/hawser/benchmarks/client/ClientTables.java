package dev.hawser.benchmarks.client;

import static dev.hawser.benchmarks.comparison.Markdown.head;
import static dev.hawser.benchmarks.comparison.Markdown.row;
import static dev.hawser.benchmarks.comparison.Markdown.whole;

import dev.hawser.benchmarks.comparison.Markdown;
import dev.hawser.benchmarks.comparison.Report;

/** The tables of the page, in Markdown. */
final class ClientTables {
    private final ClientResults results;

    ClientTables(ClientResults results) {
        this.results = results;
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
        row(table, "an SSLEngine alone", "wss", "", whole(results.engine()), "", "");
        return table.toString();
    }

    /** The bars, and whether they are met. */
    String bars() {
        return Markdown.bars(ClientBars.of(results));
    }
}
