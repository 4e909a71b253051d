package dev.hawser.tck.official;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The container and jar of a run, which the run has written to a file of three lines: the container with its version,
 * the SHA-256 of the deployed jar, and the jar's name.
 *
 * <p>One jar must serve all containers, so each run is compared with the last runs on the other containers in the same
 * build directory. A difference does not fail the run, because it may only mean that the other runs are older than the
 * jar. To check the jar, pass its digest.
 *
 * @param container product and version
 * @param sha256 in hexadecimal, or a text that says why there is none
 * @param jar the file's name
 */
record TestedJar(String container, String sha256, String jar) {
    /** The file in the directory of a run, {@code target/tck/CONTAINER}. */
    static final String FILE = "run.txt";

    /** @throws IOException if the file is not of that form */
    private static TestedJar read(Path record) throws IOException {
        List<String> lines = Files.readAllLines(record);
        if (lines.size() != 3) {
            throw new IOException("Expected three lines, container, SHA-256 and jar, in " + record + ": " + lines);
        }
        return new TestedJar(lines.get(0), lines.get(1), lines.get(2));
    }

    /**
     * The difference between the tested jar and the expected one; empty if there is none.
     *
     * @param run the directory of the run
     * @param expected the SHA-256, or an empty text for any
     */
    static List<String> differences(Path run, String expected) throws IOException {
        if (expected.isEmpty()) {
            return List.of();
        }
        Path record = run.resolve(FILE);
        String tested = Files.exists(record) ? read(record).sha256 : "none, since no server was started";
        return expected.equalsIgnoreCase(tested)
                ? List.of()
                : List.of("the SHA-256 of the jar is " + tested + ", expected " + expected);
    }

    /** One line for a run, and one for each run on another container. */
    static String report(Path run) throws IOException {
        if (!Files.exists(run.resolve(FILE))) {
            return String.format("No server was started, so no jar was tested%n");
        }
        TestedJar own = read(run.resolve(FILE));
        StringBuilder report = new StringBuilder();
        report.append(String.format("On %s: %s, SHA-256 %s%n", own.container, own.jar, own.sha256));
        Path absolute = run.toAbsolutePath();
        try (Stream<Path> runs = Files.list(absolute.getParent())) {
            for (Path other : runs.sorted().toList()) {
                if (!other.equals(absolute) && Files.exists(other.resolve(FILE))) {
                    report.append(own.comparedWith(read(other.resolve(FILE))));
                }
            }
        }
        return report.toString();
    }

    private String comparedWith(TestedJar other) {
        return other.sha256.equals(sha256)
                ? String.format("  the same as in the last run on %s%n", other.container)
                : String.format(
                        "  not that of the last run on %s, which was SHA-256 %s: run that one again%n",
                        other.container, other.sha256);
    }
}
