package dev.hawser.tck.official;

import dev.hawser.tck.EntryLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tests that are known to fail, each with a public reason.
 *
 * <p>A line is {@code class#method | reason}, where the reason has a public link (a challenge of the TCK, an issue), in
 * the format of {@link EntryLines}.
 */
public final class ExpectedFailures {

    private final Map<String, String> reasons;

    private ExpectedFailures(Map<String, String> reasons) {
        this.reasons = reasons;
    }

    /** Reads a file. @throws IOException if it cannot be read, or a line is malformed; the message names the line */
    public static ExpectedFailures read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    /** Reads lines. @throws IOException if a line is malformed; the message names the line */
    static ExpectedFailures parse(List<String> lines) throws IOException {
        return new ExpectedFailures(EntryLines.read("Expected failures", lines, ExpectedFailures::entry));
    }

    private static Map.Entry<String, String> entry(String line) {
        int bar = line.indexOf('|');
        String id = bar < 0 ? line : line.substring(0, bar).strip();
        String reason = bar < 0 ? "" : line.substring(bar + 1).strip();
        if (id.indexOf('#') <= 0) {
            throw new IllegalArgumentException("not of the form class#method | reason");
        }
        if (!reason.contains("https://")) {
            throw new IllegalArgumentException(id + " has no public reason (a link)");
        }
        return Map.entry(id, reason);
    }

    /** The listed tests, each as {@code class#method}. */
    public Set<String> ids() {
        return Set.copyOf(reasons.keySet());
    }
}
