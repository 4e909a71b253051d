package dev.hawser.micrometer;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * A server at which something goes wrong, and all that an operator can see of it: its meters as Prometheus gets them,
 * its flight recording as {@code jfr print} shows it, and its log, down to DEBUG.
 */
final class Incident implements AutoCloseable {
    private static final Path PAGE = Path.of("../../docs/operations.md");
    /** Ids of sessions. */
    private static final Pattern ID = Pattern.compile("\\b[0-9a-z]{6,}-[0-9a-z]+\\b");
    /** The version of a module in a stack trace, which JDK 25 leaves out for those of the JDK. */
    private static final Pattern VERSION = Pattern.compile("(?<=java\\.base)@[0-9.]+(?=/)");
    /** Measured ones, with their units; what says how something ended stays. */
    private static final Pattern NUMBER = Pattern.compile("(?<!status=\"|status = |closeCode = |with |[A-Z], )"
            + "\\b\\d[\\d.,]*(E-?\\d+)?( (ns|us|ms|s|bytes|kB|MB)\\b)?");

    /** Strong references: a logger that nobody holds forgets its level. */
    private final Logger ours = Logger.getLogger("dev.hawser");

    private final Logger frames = Logger.getLogger("dev.hawser.frames");
    private final Logged logged = new Logged();
    private final Recording recording;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Path folder;
    private final RoomServer server;

    private static final class Logged extends Handler {
        private final SimpleFormatter words = new SimpleFormatter();
        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            String level = line.getLevel().equals(Level.FINE)
                    ? "DEBUG"
                    : line.getLevel().getName();
            lines.add(level + " " + line.getLoggerName() + ": " + words.formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private Incident(Path folder, Recording recording, RoomServer server) {
        this.folder = folder;
        this.recording = recording;
        this.server = server;
    }

    /** @param folder for the recording */
    static Incident begin(Path folder, String... settings) throws Exception {
        Recording recording = new Recording();
        recording.start(); // first, so that it has all events that the meters count
        Incident made = new Incident(folder, recording, RoomServer.start(List.of(), settings));
        made.watch();
        return made;
    }

    private void watch() {
        frames.setLevel(Level.INFO);
        ours.setLevel(Level.FINE);
        ours.setUseParentHandlers(false);
        ours.addHandler(logged);
        HawserMetrics.of(server.container()).bindTo(registry);
    }

    RoomServer server() {
        return server;
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** How many were counted so far, of a counter or a timer, of all its tags together. */
    double count(String meter, String... tags) {
        return Stream.concat(
                        registry.find(meter).tags(tags).counters().stream().map(counter -> counter.count()),
                        Stream.concat(
                                registry.find(meter).tags(tags).functionCounters().stream()
                                        .map(counter -> counter.count()),
                                registry.find(meter).tags(tags).timers().stream()
                                        .map(timer -> (double) timer.count())))
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** The events of the recording so far. */
    List<RecordedEvent> events(String name) throws IOException {
        Path file = Files.createTempFile(folder, "recording", ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(name))
                .toList();
    }

    List<String> log() {
        return List.copyOf(logged.lines);
    }

    /** All that there is to see, line by line. */
    List<String> seen() throws IOException {
        List<String> lines = new ArrayList<>();
        registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(lines::add);
        for (RecordedEvent event : events("dev.hawser.")) {
            event.toString().lines().forEach(lines::add);
        }
        lines.addAll(log());
        return lines;
    }

    /** What docs/operations.md shows under this heading has been seen, but for its numbers and the ids of sessions. */
    void isAsThePageShowsIt(String heading) throws IOException {
        List<String> seen = seen();
        Set<String> stable = new LinkedHashSet<>();
        seen.forEach(line -> stable.add(masked(line)));
        List<String> missing = quoted(heading).stream()
                .filter(line -> !stable.contains(masked(line)))
                .toList();
        if (!missing.isEmpty()) {
            throw new AssertionError("docs/operations.md shows under \"" + heading + "\"\n" + String.join("\n", missing)
                    + "\nand this was seen:\n" + String.join("\n", seen));
        }
    }

    private static List<String> quoted(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("\n### " + heading + "\n");
        int end = page.indexOf("\n#", begin + 1);
        Matcher block = Pattern.compile("(?s)```\n(.*?)```").matcher(page);
        if (begin < 0 || !block.find(begin) || block.end() > end && end >= 0) {
            throw new AssertionError("docs/operations.md quotes nothing under the heading " + heading);
        }
        return block.group(1).lines().filter(line -> !line.isBlank()).toList();
    }

    static String masked(String line) {
        String named =
                VERSION.matcher(ID.matcher(line.strip()).replaceAll("ID")).replaceAll("");
        return NUMBER.matcher(named).replaceAll("N");
    }

    @Override
    public void close() throws Exception {
        ours.removeHandler(logged);
        ours.setUseParentHandlers(true);
        ours.setLevel(null);
        frames.setLevel(null);
        recording.close();
        server.close();
    }
}
