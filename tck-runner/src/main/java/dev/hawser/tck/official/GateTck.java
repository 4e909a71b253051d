package dev.hawser.tck.official;

import dev.hawser.conformance.Conformance;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program that runs after the tests: prints the table and the differences, and fails if there are any. */
public final class GateTck {

    /** How many differences are shown on the console. */
    private static final int MANY = 50;

    private GateTck() {}

    /**
     * Exit status 0 if the run is as expected, 1 if not.
     *
     * @param arguments the report directory, the expected-failures file, the number of classes and of tests of the TCK,
     *     the directory of the run, the value of {@code it.test}, which makes the run a subset if it is set, and the
     *     SHA-256 that the jar must have, or an empty text
     */
    public static void main(String[] arguments) {
        System.exit(judge(arguments, System.out) ? 0 : 1);
    }

    /** Returns whether the run is as expected. */
    static boolean judge(String[] arguments, PrintStream out) {
        try {
            List<TestOutcome> outcomes = SurefireReports.read(Path.of(arguments[0]));
            ExpectedFailures expected = ExpectedFailures.read(Path.of(arguments[1]));
            Gate gate = new Gate(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            // Ant does not replace a property without a value.
            boolean subset = !arguments[5].isEmpty() && !arguments[5].startsWith("$");
            Path run = Path.of(arguments[4]);
            List<String> differences =
                    subset ? gate.differencesOfSubset(outcomes, expected) : gate.differences(outcomes, expected);
            differences.addAll(TestedJar.differences(run, arguments[6]));
            String jars = TestedJar.report(run);
            out.print(TckTable.byArea(outcomes));
            out.print(jars);
            out.print(verdict(differences, MANY, subset));
            Files.writeString(
                    run.resolve("report.txt"),
                    TckTable.byPackage(outcomes) + jars + verdict(differences, differences.size(), subset));
            if (differences.isEmpty() && !subset) {
                record(run, arguments[7].split(" ", -1), outcomes.size());
            }
            return differences.isEmpty();
        } catch (IOException e) {
            out.println(e.getMessage());
            return false;
        }
    }

    /** Writes the row of docs/conformance.tsv, which is about Hawser on the server's class path. */
    private static void record(Path run, String[] what, int tests) {
        if (what[0].equals("hawser") && what[1].equals("server")) {
            String line = what[2].replaceAll("^(\\d+\\.\\d+).*", "$1");
            String container = run.toAbsolutePath().getFileName().toString();
            Conformance.record("TCK " + line, container, tests + " of " + tests + " passed");
        }
    }

    private static String verdict(List<String> differences, int shown, boolean subset) {
        StringBuilder verdict = new StringBuilder();
        differences.stream().limit(shown).forEach(difference -> verdict.append(String.format("  %s%n", difference)));
        if (differences.size() > shown) {
            verdict.append(String.format("  and %d more, all in report.txt%n", differences.size() - shown));
        }
        String scope = subset ? "A part of the TCK was run" : "The whole TCK was run";
        verdict.append(String.format("%s; differences from what is expected: %d%n", scope, differences.size()));
        return verdict.toString();
    }
}
