package dev.hawser.benchmarks.hostile;

import java.util.List;
import java.util.Locale;

/** The outcomes as a table in Markdown. */
final class OutcomeTable {
    static final String HEADER = """
            | server | attack | let in | echo p50 / p99 / max in ms, calm | attacked | 1 MiB upload, s \
            | heap in MiB: base | held | peak | after | threads (in callbacks) | ended by the server \
            | close codes | seen by the attackers | broken |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    private OutcomeTable() {}

    static String row(String server, Outcome outcome, List<String> broken) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,d | %s | %s | %s | %.1f | %.1f | %.1f | %.1f | %,d (%,d) | %,d in %.0f s | %s | %s |"
                        + " %s |%n",
                server,
                outcome.attack().name(),
                outcome.opened(),
                latencies(outcome.calm()),
                latencies(outcome.attacked()),
                outcome.upload().failure().isEmpty()
                        ? String.format(Locale.ROOT, "%.1f", outcome.upload().millis() / 1000.0)
                        : outcome.upload().failure(),
                Outcome.mebibytes(outcome.base()),
                Outcome.mebibytes(outcome.held()),
                Outcome.mebibytes(outcome.peak()),
                Outcome.mebibytes(outcome.after()),
                outcome.threads(),
                outcome.inCallbacks(),
                outcome.endedByServer(),
                outcome.endedMillis() / 1000.0,
                outcome.codes(),
                outcome.ends().isEmpty() ? "" : outcome.ends().toString(),
                String.join("; ", broken));
    }

    /** The row of an attack that could not be measured. */
    static String row(String server, Attack attack, String failure) {
        return "| " + server + " | " + attack.name() + " |" + " |".repeat(12) + " " + failure + " |\n";
    }

    private static String latencies(Bystander.Echoes echoes) {
        return String.format(
                Locale.ROOT,
                "%.1f / %.1f / %.0f%s",
                echoes.quantile(0.5),
                echoes.quantile(0.99),
                echoes.quantile(1),
                echoes.failure().isEmpty() ? "" : " (" + echoes.answered() + " answered)");
    }
}
