package dev.hawser.fuzz;

import static org.junit.jupiter.api.Assertions.fail;

import dev.hawser.conformance.Conformance;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes each target with Jazzer, in a JVM of its own, from its saved corpus on: {@code mvn -Pfuzz verify}. What a
 * finding is, is printed as a line for the corpus. Properties: {@code fuzz.minutes} for each target, {@code
 * fuzz.targets} to choose some, {@code fuzz.save} to write inputs that reach code which the corpus does not into it.
 */
class FuzzRun {
    private static final int MINUTES = Integer.getInteger("fuzz.minutes", 1);
    private static final boolean SAVE = Boolean.getBoolean("fuzz.save");
    private static final Path WORK = Path.of("target", "fuzz");
    private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: *(\\d+)");

    static List<Target> targets() {
        String chosen = System.getProperty("fuzz.targets", "");
        return Stream.of(Target.values())
                .filter(target -> chosen.isEmpty() || List.of(chosen.split(",")).contains(target.toString()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingIsFound(Target target) throws IOException, InterruptedException {
        Path folder = WORK.resolve(target.toString());
        Path inputs = emptied(folder.resolve("corpus"));
        Path findings = emptied(folder.resolve("findings"));
        int number = 0;
        for (byte[] input : target.corpus().inputs()) {
            Files.write(inputs.resolve("saved-" + number++), input);
        }
        Path log = folder.resolve("log.txt");
        int exit = jazzer(
                target,
                log,
                "-max_total_time=" + MINUTES * 60,
                "-timeout=30",
                "-print_final_stats=1",
                "-artifact_prefix=" + findings + File.separator,
                "--reproducer_path=" + findings,
                inputs.toString());
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        System.out.printf(
                "fuzzed %-16s %6s edges %10s executions %6d inputs, %d of them saved before%n",
                target, last(COVERED, said), last(EXECUTED, said), files(inputs).size(), number);
        if (exit != 0) {
            fail(described(findings, said));
        }
        long executions = Long.parseLong(last(EXECUTED, said));
        String figure = String.format(Locale.ROOT, "%d min, %,d executions, nothing found", MINUTES, executions);
        Conformance.record("Fuzzing", target.toString(), figure);
        if (SAVE) {
            save(target, folder, inputs);
        }
    }

    private static int jazzer(Target target, Path log, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-classpath",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.className(),
                "--instrumentation_includes=dev.hawser.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*")); // nothing here runs commands or
        // opens files
        Collections.addAll(command, options);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Keeps those that reach an edge which the others do not. */
    private static void save(Target target, Path folder, Path inputs) throws IOException, InterruptedException {
        Path merged = emptied(folder.resolve("merged"));
        Path log = folder.resolve("merge.txt");
        int exit = jazzer(target, log, "-merge=1", "-use_counters=0", merged.toString(), inputs.toString());
        if (exit != 0) {
            fail("The corpus was not merged, see " + log);
        }
        List<byte[]> found = new ArrayList<>();
        for (Path file : files(merged)) {
            found.add(Files.readAllBytes(file));
        }
        target.corpus().save(found);
    }

    private static String described(Path findings, String log) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : files(findings)) {
            if (!file.toString().endsWith(".java")) {
                text.append("The input ")
                        .append(Corpus.line(Files.readAllBytes(file)))
                        .append('\n');
            }
        }
        int exception = log.indexOf("== ");
        return text + (exception < 0 ? log : log.substring(exception));
    }

    private static Path emptied(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path file : files(folder)) {
            Files.delete(file);
        }
        return folder;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String last(Pattern pattern, String text) {
        String found = "?";
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            found = matcher.group(1);
        }
        return found;
    }
}
