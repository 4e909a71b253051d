package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the results: tables with their explanation, which are the rest of a page of the documentation, and charts. */
public final class Report {
    private static final String TEMPLATE = "benchmarks.md";
    private static final String PAGE = "performance.md";
    /** What is above this line of the page is written by hand, and stays. */
    static final String BELOW = "<!-- The rest of this page is written by mvn -Pbench verify -Dbench.docs=docs. -->";

    private final Results results;
    private final Machine machine;
    private final Options options;

    Report(Results results, Machine machine, Options options) {
        this.results = results;
        this.machine = machine;
        this.options = options;
    }

    /**
     * Writes to the output folder, and to the documentation if {@code bench.docs} is set and nothing is missing;
     * returns whether it did the latter.
     */
    boolean write() throws IOException {
        Tables tables = new Tables(results);
        Charts charts = new Charts(results);
        String page = page(tables);
        write(options.output().resolve("benchmarks.md"), page, options.output(), charts);
        Path docs = options.docs();
        List<String> missing = results.missing(options.contestants());
        if (docs == null) {
            return false;
        }
        if (!missing.isEmpty()) {
            System.out.println(docs + " stays as it is: of these scenarios not all contestants have a row: " + missing);
            return false;
        }
        String below = page.replace("](benchmark", "](images/benchmark");
        write(
                docs.resolve(PAGE),
                Markdown.byHand(docs.resolve(PAGE), BELOW) + "\n\n" + below,
                docs.resolve("images"),
                charts);
        return true;
    }

    private static void write(Path file, String page, Path images, Charts charts) throws IOException {
        Files.createDirectories(images);
        Files.writeString(file, page);
        Files.writeString(images.resolve("benchmarks.svg"), charts.cpu());
        Files.writeString(images.resolve("benchmarks-growth.svg"), charts.growth());
        Files.writeString(images.resolve("benchmarks-memory.svg"), charts.memory());
    }

    private String page(Tables tables) throws IOException {
        try (InputStream template = Report.class.getResourceAsStream(TEMPLATE)) {
            if (template == null) {
                throw new IOException("No " + TEMPLATE + " beside " + Report.class.getName());
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${day}", machine.day())
                    .replace("${processor}", machine.processor())
                    .replace("${system}", machine.system())
                    .replace("${jvm}", machine.jvm())
                    .replace("${versions}", machine.versions())
                    .replace("${flags}", String.join(" ", Contestants.JVM_FLAGS))
                    .replace("${memoryFlags}", String.join(" ", Contestants.MEMORY_JVM_FLAGS))
                    .replace("${rounds}", tables.rounds(options.millis()))
                    .replace("${contestants}", Markdown.contestants(options.contestants()))
                    .replace("${runs}", tables.runs())
                    .replace("${summary}", tables.summary())
                    .replace("${blocking}", tables.blocking())
                    .replace("${bars}", tables.bars())
                    .replace("${memory}", tables.memory())
                    .replace("${growth}", tables.growth())
                    .replace("${unpinned}", tables.details(false))
                    .replace("${details}", tables.details(true));
        }
    }

    /** One line for the console. */
    static String line(Row row) {
        String failure = row.failure();
        if (failure != null) {
            return String.format("  %-20s void: %s%n", row.contestant().name(), failure);
        }
        return String.format(
                Locale.ROOT,
                "  %-20s %9s us CPU (%s - %s) %9.0f /s  p50 %7.0f  p99 %7.0f  p99.9 %7.0f us  %9.0f B allocated "
                        + " %8.0f B wire%n",
                row.contestant().name(),
                number(row.median(Round::cpuMicros)),
                number(row.minimum(Round::cpuMicros)),
                number(row.maximum(Round::cpuMicros)),
                row.median(Round::rate),
                row.median(Round::p50),
                row.median(Round::p99),
                row.median(Round::p999),
                row.median(Round::allocated),
                row.median(Round::wireBytes));
    }

    /** One line for the console. */
    static String line(MemoryRow row) {
        String title = row.contestant().name() + (row.compressed() ? ", deflate" : "");
        return row.failure() != null
                ? String.format("  %-30s void: %s%n", title, row.failure())
                : String.format(
                        Locale.ROOT,
                        "  %-30s %9.0f B heap, %9.0f B resident for an idle connection, heap growth %.2f%n",
                        title,
                        row.heapPerConnection(),
                        row.residentPerConnection(),
                        row.heapGrowth());
    }

    /** The number with three significant digits, or with its whole integer part if that is longer. */
    public static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    static List<String> names(List<Contestant> contestants) {
        return contestants.stream().map(Contestant::name).toList();
    }
}
