package dev.hawser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The sources of all test classes of the project, by their simple name; some names are there twice, in two packages.
 */
final class TestSources {
    static final Path ROOT = Path.of("..");

    private final Map<String, List<Path>> byName = new HashMap<>();

    TestSources() throws IOException {
        for (String module : List.of(
                "api-impl", "container-adapter", "examples", "tck-runner", "benchmarks", "integrations/osgi-tests")) {
            Path tests = ROOT.resolve(module).resolve("src/test/java");
            if (Files.isDirectory(tests)) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(this::add);
                }
            }
        }
    }

    private void add(Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        byName.computeIfAbsent(name, none -> new ArrayList<>()).add(file);
    }

    /** The text of each class of this name. */
    List<String> of(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path file : byName.getOrDefault(name, List.of())) {
            texts.add(Files.readString(file));
        }
        return texts;
    }
}
