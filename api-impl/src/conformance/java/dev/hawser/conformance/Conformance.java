package dev.hawser.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of the suites that are too long for each build, in {@code docs/conformance.tsv}, and the page that is
 * made of them. A suite that has run whole, as expected, records its row. This file also runs alone, from the project's
 * folder:
 *
 * <pre>
 * java api-impl/src/conformance/java/dev/hawser/conformance/Conformance.java build          after mvn verify: its rows
 * java api-impl/src/conformance/java/dev/hawser/conformance/Conformance.java page           writes the page anew
 * java api-impl/src/conformance/java/dev/hawser/conformance/Conformance.java mutations      at the end of mvn -Ppit
 * java api-impl/src/conformance/java/dev/hawser/conformance/Conformance.java release 0.2.0  are the rows new enough?
 * </pre>
 */
public final class Conformance {
    /** The figure of a row that no run has written; its date, commit and machine are empty. */
    static final String NOT_RECORDED = "not recorded";

    private static final String FILE = "docs/conformance.tsv";
    private static final String PAGE = "docs/conformance.md";
    private static final String DEFECTS = "api-impl/src/test/resources/dev/hawser/known-defects.csv";

    /** A release's heading in CHANGELOG.md. */
    private static final Pattern RELEASE = Pattern.compile("(?m)^## (\\S+) \\((\\d{4}-\\d{2}-\\d{2})\\)$");

    /**
     * A row.
     *
     * @param suite its name
     * @param on the container or direction; may be empty
     * @param figure the result
     * @param date when it was run
     * @param commit what was run; {@code with changes} follows if the work tree had some
     * @param machine processor, system and JVM
     * @param command what runs it
     */
    record Row(String suite, String on, String figure, String date, String commit, String machine, String command) {
        static Row parse(String line) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 7) {
                throw new IllegalArgumentException("Expected seven fields in " + FILE + ": " + line);
            }
            return new Row(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
        }

        String line() {
            return String.join("\t", suite, on, figure, date, commit, machine, command);
        }

        String title() {
            return on.isEmpty() ? suite : suite + ", " + on;
        }
    }

    private final Path root;

    Conformance(Path root) {
        this.root = root;
    }

    /**
     * Records what a suite has found, in a run that was whole and as expected. Does nothing but say so if the file has
     * no such row.
     *
     * @param suite the row's suite
     * @param on its container or direction
     * @param figure the result
     */
    public static synchronized void record(String suite, String on, String figure) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve(FILE))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            System.out.println("No " + FILE + " above this folder, so nothing is recorded: " + figure);
            return;
        }
        try {
            new Conformance(folder).write(suite, on, figure);
        } catch (IOException e) {
            System.out.println("Not recorded: " + e);
        }
    }

    /** What the class comment says; the exit status is 1 if a release has rows that are too old. */
    public static void main(String[] arguments) throws IOException {
        Conformance conformance = new Conformance(Path.of("").toAbsolutePath());
        List<String> wrong = List.of();
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "build" -> wrong = conformance.recordBuild();
            case "page" -> conformance.writePage();
            case "mutations" -> conformance.recordMutations();
            case "release" -> wrong = conformance.tooOld(arguments[1]);
            default -> wrong = List.of("usage: Conformance.java build | page | mutations | release VERSION");
        }
        wrong.forEach(System.err::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    List<Row> rows() throws IOException {
        return Files.readAllLines(root.resolve(FILE)).stream()
                .skip(1)
                .map(Row::parse)
                .toList();
    }

    void write(String suite, String on, String figure) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of(Files.readAllLines(root.resolve(FILE)).get(0)));
        boolean found = false;
        for (Row row : rows()) {
            boolean same = row.suite().equals(suite) && row.on().equals(on);
            found |= same;
            String today = LocalDate.now(ZoneOffset.UTC).toString();
            lines.add((same ? new Row(suite, on, figure, today, commit(), machine(), row.command()) : row).line());
        }
        if (found) {
            Files.write(root.resolve(FILE), lines);
            writePage();
        }
        System.out.println((found ? "Recorded in " : "No row in ") + FILE + ": " + suite + " " + on + ": " + figure);
    }

    private void writePage() throws IOException {
        Files.writeString(root.resolve(PAGE), page());
    }

    /** The page, as it has to be. */
    String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Conformance, as run

                Made of [conformance.tsv](conformance.tsv), in which each suite writes its row when it has run whole and
                as expected. A row that is older than the last release fails `mvn -Prelease verify`, which tells of the
                rows that nobody has run, too. What the suites are: [tck-runner](../tck-runner/README.md),
                [fuzzing](security.md#fuzzing), [hostile peers](hostile.md), [a long life](hostile.md#a-long-life),
                [the comparison](performance.md#hawser-beside-its-peers),
                [mutation testing](protocol.md#mutation-testing),
                [known defects](security.md#what-has-been-wrong-elsewhere).

                | suite | result | date | commit | machine | command |
                |---|---|---|---|---|---|
                """);
        for (Row row : rows()) {
            String command = row.command().startsWith("mvn ") ? '`' + row.command() + '`' : row.command();
            page.append(String.join(
                            " | ", "| " + row.title(), row.figure(), row.date(), row.commit(), row.machine(), command))
                    .append(" |\n");
        }
        return page.toString();
    }

    /** Returns what is wrong with the rows for a release, and prints the rows that nobody has run. */
    List<String> tooOld(String version) throws IOException {
        List<String> wrong = new ArrayList<>();
        String last = lastRelease(version);
        for (Row row : rows()) {
            if (row.figure().equals(NOT_RECORDED)) {
                System.out.println("not run: " + row.title() + ": " + row.command());
            } else if (row.date().compareTo(last) < 0) {
                wrong.add(String.format(
                        "%s is of %s, and the last release of %s. Run it again: %s",
                        row.title(), row.date(), last, row.command()));
            }
        }
        Set<String> there = rows().stream().map(Row::suite).collect(Collectors.toCollection(TreeSet::new));
        for (String suite : SUITES) {
            if (!there.contains(suite)) {
                wrong.add(FILE + " has no row for " + suite);
            }
        }
        return wrong;
    }

    /** What a release has to tell of. */
    static final List<String> SUITES = List.of(
            "TCK 2.2",
            "TCK 2.3",
            "Autobahn 301",
            "Autobahn 517",
            "RFC 7692 matrix",
            "RFC 7692 negotiation",
            "Known defects",
            "Mutation testing",
            "Fuzzing",
            "Soak",
            "Comparison",
            "Hostile peers");

    /** The day of the newest release in the changelog other than the given one; an empty text if there is none. */
    private String lastRelease(String version) throws IOException {
        Matcher release = RELEASE.matcher(Files.readString(root.resolve("CHANGELOG.md")));
        while (release.find()) {
            if (!release.group(1).equals(version)) {
                return release.group(2);
            }
        }
        return "";
    }

    /** Records the suites that are part of each build, from the reports of the last one. */
    List<String> recordBuild() throws IOException {
        List<String> wrong = new ArrayList<>();
        int tests = passed(Set.of("DeflateNegotiationTest"), wrong);
        Set<String> classes = new TreeSet<>();
        List<String> defects = Files.readAllLines(root.resolve(DEFECTS));
        long held = 0;
        for (String defect : defects.subList(1, defects.size())) {
            String named = defect.split(";", -1)[3];
            held += named.isEmpty() ? 0 : 1;
            Stream.of(named.split(" ", -1))
                    .filter(test -> !test.isEmpty())
                    .forEach(test -> classes.add(test.substring(0, test.indexOf('.'))));
        }
        passed(classes, wrong);
        if (wrong.isEmpty()) {
            write("RFC 7692 negotiation", "", tests + " tests passed");
            int all = defects.size() - 1;
            String figure = String.format(
                    "%d defects: %d are held off by tests in %d classes, which passed; %d cannot occur",
                    all, held, classes.size(), all - held);
            write("Known defects", "", figure);
        }
        return wrong;
    }

    /** Records how many mutations the tests have found, from the report of the last run. */
    void recordMutations() throws IOException {
        String report = Files.readString(root.resolve("api-impl/target/pit-reports/mutations.xml"));
        long found = occurrences(report, "<mutation detected='true'");
        long all = occurrences(report, "<mutation ");
        String figure = String.format(
                "%d of %d mutations found (%d %%), %d of them by a time-out",
                found, all, 100 * found / all, occurrences(report, "status='TIMED_OUT'"));
        write("Mutation testing", "", figure);
    }

    private static long occurrences(String text, String what) {
        return Pattern.compile(what, Pattern.LITERAL).matcher(text).results().count();
    }

    /** The number of tests of these classes; what did not pass, or has no report of this commit, goes to the list. */
    private int passed(Set<String> classes, List<String> wrong) throws IOException {
        Set<String> missing = new TreeSet<>(classes);
        String committed = git("log", "-1", "--format=%ct");
        Instant commit = committed.isEmpty() ? Instant.EPOCH : Instant.ofEpochSecond(Long.parseLong(committed));
        int sum = 0;
        for (Path report : reports()) {
            String name = report.getFileName().toString().replaceAll(".*[.]([^.]+)[.]xml$", "$1");
            if (classes.contains(name)) {
                boolean old = Files.getLastModifiedTime(report).toInstant().isBefore(commit);
                String text = Files.readString(report);
                if (old || count(text, "errors") + count(text, "failures") > 0) {
                    wrong.add(report + (old ? " is older than the commit" : " has failures"));
                }
                sum += count(text, "tests") - count(text, "skipped");
                missing.remove(name);
            }
        }
        missing.forEach(name -> wrong.add("No report of " + name + ": run mvn verify first"));
        return sum;
    }

    private List<Path> reports() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : List.of("api-impl", "container-adapter", "examples", "tck-runner", "benchmarks")) {
            for (String folder : List.of("surefire-reports", "failsafe-reports")) {
                Path reports = root.resolve(module).resolve("target").resolve(folder);
                if (Files.isDirectory(reports)) {
                    try (Stream<Path> files = Files.list(reports)) {
                        files.filter(file -> file.getFileName().toString().matches("TEST-.*[.]xml"))
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    private static int count(String report, String attribute) {
        Matcher value = Pattern.compile(" " + attribute + "=\"(\\d+)\"").matcher(report);
        return value.find() ? Integer.parseInt(value.group(1)) : 0;
    }

    private String commit() throws IOException {
        String commit = git("rev-parse", "--short=7", "HEAD");
        boolean changed =
                !git("status", "--porcelain", "--", ".", ":!docs/conformance.*").isEmpty();
        return commit.isEmpty() ? "unknown" : commit + (changed ? " with changes" : "");
    }

    private String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Processor, system and JVM, as the page shows them. */
    private static String machine() throws IOException {
        Path processors = Path.of("/proc/cpuinfo");
        String model = System.getProperty("os.arch");
        if (Files.exists(processors)) {
            Matcher name = Pattern.compile("(?m)^model name\\s*: *(.*)$").matcher(Files.readString(processors));
            model = name.find() ? name.group(1).strip() : model;
        }
        return String.format(
                "%s, %d processors; %s; JDK %s",
                model,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("java.version"));
    }
}
