package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the documentation says which test proves a thing, that test is there. */
class NamedTestsTest {
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatTheDocumentationNamesExists() throws IOException {
        TestSources tests = new TestSources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path page : pages()) {
            Matcher name = NAME.matcher(Files.readString(page));
            while (name.find()) {
                named++;
                String expected = name.group(2) == null ? "" : "void " + name.group(2) + "(";
                if (tests.of(name.group(1)).stream().noneMatch(source -> source.contains(expected))) {
                    missing.add(page.getFileName() + ": " + name.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 10, "names found: " + named);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(TestSources.ROOT.resolve("docs"))) {
            return Stream.concat(docs, Stream.of("README.md", "CONTRIBUTING.md").map(TestSources.ROOT::resolve))
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
    }
}
