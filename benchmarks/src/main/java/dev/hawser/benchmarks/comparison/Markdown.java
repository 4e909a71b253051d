package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the pages of all comparisons are made of. */
public final class Markdown {
    private Markdown() {}

    /** A table that has only its titles. */
    public static StringBuilder head(String... titles) {
        StringBuilder table = new StringBuilder();
        row(table, titles);
        table.append("|---".repeat(titles.length)).append("|\n");
        return table;
    }

    /** Adds a row. */
    public static void row(StringBuilder table, String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** A figure without fraction; nothing for NaN. */
    public static String whole(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,.0f", value);
    }

    /** The table of the contestants and their settings. */
    public static String contestants(List<Contestant> contestants) {
        StringBuilder table = head("name", "what", "settings");
        for (Contestant contestant : contestants) {
            List<String> settings = contestant.settings().stream()
                    .map(setting -> "`-D" + setting + "`")
                    .toList();
            row(table, contestant.name(), contestant.title(), String.join("<br>", settings));
        }
        return table.toString();
    }

    /** The table of the bars, and whether they are met. */
    public static String bars(List<Bar> bars) {
        StringBuilder table = head("what", "contestant", "against", "measured", "bar", "");
        for (Bar bar : bars) {
            row(
                    table,
                    bar.what(),
                    bar.contestant(),
                    bar.against(),
                    bar.isMeasured() ? Report.number(bar.value()) : "",
                    (bar.atLeast() ? ">= " : "<= ") + Report.number(bar.limit()),
                    !bar.isMeasured() ? "not measured" : bar.isMet() ? "met" : "**not met**");
        }
        return table.toString();
    }

    /**
     * The part of a page that is written by hand, with the line that ends it.
     *
     * @throws IOException also if the page has no such line
     */
    public static String byHand(Path page, String lastLine) throws IOException {
        String all = Files.readString(page);
        int border = all.indexOf(lastLine);
        if (border < 0) {
            throw new IOException(page + " stays as it is, because it has no line " + lastLine);
        }
        return all.substring(0, border + lastLine.length());
    }
}
