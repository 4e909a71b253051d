package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The snippets of docs/spring.md are what {@link TopicsTest}, {@link HawserPropertiesTest} and ChatTest of the test
 * slice run.
 */
class SpringPageTest {
    private static final Path SOURCES = Path.of("src/test/java/dev/hawser/spring");
    private static final Path SLICE =
            Path.of("../spring-boot-test/src/test/java/dev/hawser/spring/test/page/ChatTest.java");

    @Test
    void eachSnippetOfThePageIsInATest() throws IOException {
        String tests = Files.readString(SOURCES.resolve("TopicsTest.java"))
                + Files.readString(SOURCES.resolve("HawserPropertiesTest.java"))
                + Files.readString(SLICE);
        String squeezed = tests.replaceAll("\\s+", "");
        Matcher snippet = Pattern.compile("```(java|properties)\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/spring.md")));
        int found = 0;
        while (snippet.find()) {
            found++;
            if (snippet.group(1).equals("java")) {
                assertTrue(squeezed.contains(snippet.group(2).replaceAll("\\s+", "")), snippet.group(2));
            } else {
                snippet.group(2).lines().forEach(line -> assertTrue(tests.contains('"' + line + '"'), line));
            }
        }
        assertEquals(4, found);
    }
}
