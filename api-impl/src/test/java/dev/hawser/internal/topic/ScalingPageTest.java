package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The calculation of docs/scaling.md follows from its assumptions and from the figures of docs/performance.md. */
class ScalingPageTest {
    private static final Path PAGES = Path.of("../docs");
    private static final int A_NODE = 100_000;
    private static final int MEMBERS = 100;
    private static final int SECONDS = 100;

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1).split("\\|")).map(String::strip).toList();
    }

    @Test
    void theTableIsWhatTheAssumptionsComeTo() throws IOException {
        String figures = Files.readString(PAGES.resolve("performance.md"));
        double micros = Double.parseDouble(cell(figures, "| broadcast to 1000, 64 B, asynchronous sends |", 1));
        double bytes = Double.parseDouble(cell(figures, "| hawser-jetty | 10,000 |", 3));
        List<String> page = Files.readAllLines(PAGES.resolve("scaling.md"));
        int rows = 0;
        for (String line : page) {
            List<String> row = line.startsWith("| ") ? cells(line) : List.of();
            if (row.size() == 8 && row.get(0).matches("[\\d,]+")) {
                rows++;
                long connections = Long.parseLong(row.get(0).replace(",", ""));
                long nodes = Math.max(1, (connections + A_NODE - 1) / A_NODE);
                long published = connections / SECONDS;
                long delivered = published * MEMBERS / nodes;
                double reached = nodes * (1 - Math.pow(1 - 1.0 / nodes, MEMBERS));
                List<String> computed = List.of(
                        text("%,d", connections),
                        text("%d", nodes),
                        text("%.2f", (double) connections / nodes * bytes / 1e9),
                        text("%,d", published),
                        text("%,d", delivered),
                        text("%.2f", delivered * micros / 1e6),
                        text("%.1f", reached),
                        text("%,d", nodes == 1 ? 0 : Math.round(published * reached)));
                assertEquals(computed, row);
            }
        }
        assertTrue(rows >= 4, "up to 10 million connections");
    }

    private static String text(String format, Object number) {
        return String.format(Locale.ROOT, format, number);
    }

    private static String cell(String page, String begin, int index) {
        String row =
                page.lines().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
        return cells(row).get(index).replace(",", "");
    }
}
