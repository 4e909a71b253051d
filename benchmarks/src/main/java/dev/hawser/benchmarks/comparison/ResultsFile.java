package dev.hawser.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All rounds as tab-separated values, for further computation, and for a later run that keeps them. */
final class ResultsFile {
    private static final String NONE = "-";
    private static final int ROUND_FIELDS = 13;

    private final Path file;
    private final Machine machine;

    ResultsFile(Path file, Machine machine) {
        this.file = file;
        this.machine = machine;
    }

    /** Replaces the file. */
    void write(Results results) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(machineLine());
        lines.add("# round\trun\tscenario\tcontestant\tpinned\tCPU us\tper second\tp50 us\tp99 us\tp99.9 us\tB"
                + " allocated\tB wire\tfailure");
        for (Row row : results.rows()) {
            row.rounds().forEach(round -> lines.add(line(row, round)));
        }
        lines.add("# memory\trun\tcontestant\tcompressed\tfailure\tconnections:heap:resident ...");
        results.memory().forEach(row -> lines.add(line(row)));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }

    private static String line(Row row, Round round) {
        return tabbed(
                "round",
                row.run(),
                row.scenario().name(),
                row.contestant().name(),
                row.isPinned(),
                round.cpuMicros(),
                round.rate(),
                round.p50(),
                round.p99(),
                round.p999(),
                round.allocated(),
                round.wireBytes(),
                orNone(round.failure()));
    }

    private static String line(MemoryRow row) {
        List<String> steps = new ArrayList<>();
        for (MemoryRow.Step step : row.steps()) {
            steps.add(step.connections() + ":" + step.heap() + ":" + step.resident());
        }
        return tabbed(
                "memory",
                row.run(),
                row.contestant().name(),
                row.compressed(),
                orNone(row.failure()),
                String.join(" ", steps));
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if there is no file, or if its figures are of another machine or of other
     *     versions
     */
    Results read() throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("bench.keep: there is no " + file + " of an earlier run");
        }
        Results results = new Results();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t", -1);
            switch (fields[0]) {
                case "machine" -> checkMachine(line);
                case "round" -> results.add(row(fields), round(fields));
                case "memory" -> results.add(memory(fields));
                default -> {} // the headings
            }
        }
        return results;
    }

    private void checkMachine(String line) {
        if (!line.equals(machineLine())) {
            throw new IllegalArgumentException("bench.keep: the figures in " + file
                    + " are not to be mixed with this run's; they are of " + line + ", and this is " + machineLine());
        }
    }

    private String machineLine() {
        return tabbed("machine", machine.processor(), machine.system(), machine.jvm(), machine.versions());
    }

    private static Row row(String[] fields) {
        if (fields.length != ROUND_FIELDS) {
            throw new IllegalArgumentException("Not a round: " + String.join(" ", fields));
        }
        return new Row(
                Scenarios.part(fields[2]),
                Contestants.named(List.of(fields[3])).get(0),
                Boolean.parseBoolean(fields[4]),
                fields[1]);
    }

    private static Round round(String[] fields) {
        return new Round(
                Double.parseDouble(fields[5]),
                Double.parseDouble(fields[6]),
                Double.parseDouble(fields[7]),
                Double.parseDouble(fields[8]),
                Double.parseDouble(fields[9]),
                Double.parseDouble(fields[10]),
                Double.parseDouble(fields[11]),
                orNull(fields[12]));
    }

    private static MemoryRow memory(String[] fields) {
        List<MemoryRow.Step> steps = new ArrayList<>();
        for (String step : fields[5].split(" ", -1)) {
            if (!step.isEmpty()) {
                String[] figures = step.split(":", -1);
                steps.add(new MemoryRow.Step(
                        Integer.parseInt(figures[0]), Long.parseLong(figures[1]), Long.parseLong(figures[2])));
            }
        }
        Contestant contestant = Contestants.named(List.of(fields[2])).get(0);
        return new MemoryRow(contestant, Boolean.parseBoolean(fields[3]), steps, orNull(fields[4]), fields[1]);
    }

    private static String orNone(@Nullable String text) {
        return text == null ? NONE : text.replaceAll("\\s+", " ");
    }

    private static @Nullable String orNull(String text) {
        return text.equals(NONE) ? null : text;
    }

    private static String tabbed(Object... fields) {
        List<String> texts = new ArrayList<>();
        for (Object field : fields) {
            texts.add(String.valueOf(field));
        }
        return String.join("\t", texts);
    }
}
