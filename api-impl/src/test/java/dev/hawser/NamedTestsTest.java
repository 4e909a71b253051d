package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the documentation says which test proves a thing, that test is there. */
class NamedTestsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatTheDocumentationNamesExists() throws IOException {
        Map<String, Path> tests = tests();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path page : pages()) {
            Matcher name = NAME.matcher(Files.readString(page));
            while (name.find()) {
                named++;
                Path source = tests.get(name.group(1));
                String method = name.group(2);
                if (source == null
                        || method != null && !Files.readString(source).contains("void " + method + "(")) {
                    missing.add(page.getFileName() + ": " + name.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 10, "names found: " + named);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(docs, Stream.of("README.md", "CONTRIBUTING.md").map(ROOT::resolve))
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static Map<String, Path> tests() throws IOException {
        Map<String, Path> tests = new HashMap<>();
        for (String module : List.of("api-impl", "container-adapter", "examples", "tck-runner", "benchmarks")) {
            Path sources = ROOT.resolve(module).resolve("src/test/java");
            if (Files.isDirectory(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file ->
                                    tests.put(file.getFileName().toString().replace(".java", ""), file));
                }
            }
        }
        return tests;
    }
}
