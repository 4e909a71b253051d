package dev.hawser.tck.official;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tests that are known to fail, each with a reason that everybody can read.
 *
 * <p>A line is {@code class#method | reason}, where the reason holds a public link (a challenge of the TCK, an issue).
 * Empty lines and lines that begin with {@code #} are comments.
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

    /** Reads lines. @throws IOException if one is malformed; the message names it */
    static ExpectedFailures parse(List<String> lines) throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int bar = line.indexOf('|');
            String id = bar < 0 ? line : line.substring(0, bar).strip();
            String reason = bar < 0 ? "" : line.substring(bar + 1).strip();
            if (id.indexOf('#') <= 0) {
                throw new IOException("Expected failures, line " + (i + 1) + ": not of the form class#method | reason");
            }
            if (!reason.contains("https://")) {
                throw new IOException(
                        "Expected failures, line " + (i + 1) + ": " + id + " has no public reason (a link)");
            }
            if (reasons.put(id, reason) != null) {
                throw new IOException("Expected failures, line " + (i + 1) + ": " + id + " is listed twice");
            }
        }
        return new ExpectedFailures(reasons);
    }

    /** The listed tests, each as {@code class#method}. */
    public Set<String> ids() {
        return Set.copyOf(reasons.keySet());
    }
}
