package dev.hawser.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What applications may use says how it is used, and is what ADR 012 lists. */
class PublicTypesTest {
    private static final List<Path> SOURCES =
            List.of(Path.of("../api-impl/src/main/java/dev/hawser"), Path.of("src/main/java/dev/hawser"));
    /** The other published artifacts whose public types applications call. */
    private static final List<Path> INTEGRATIONS = Stream.of("test", "spring-boot-test", "redis", "nats", "micrometer")
            .map(module -> Path.of("../integrations/" + module + "/src/main/java"))
            .toList();

    private static final Pattern PUBLIC = Pattern.compile("(?m)^public ");
    /** Whole runs of characters, so that a long comment does not take the matcher's stack. */
    private static final Pattern DOCUMENTATION =
            Pattern.compile("/\\*\\*(?:[^*]++|\\*(?!/))*+\\*/\\n(?=(?:@.*\\n)*public )");

    @Test
    void eachPublicTypeHasAnExampleOrSaysWhereOneIsAndSinceWhenItIsThere() throws IOException {
        List<String> wanting = new ArrayList<>();
        List<Path> types = new ArrayList<>(types(SOURCES, 2));
        types.addAll(types(INTEGRATIONS, Integer.MAX_VALUE));
        for (Path type : types) {
            Matcher found = DOCUMENTATION.matcher(Files.readString(type));
            String documentation = found.find() ? found.group() : "";
            boolean example = documentation.contains("{@code\n")
                    || documentation.contains("<pre>\n")
                    || documentation.matches("(?s).*\\{@code @.*")
                    || documentation.contains("docs/extensions.md");
            if (!example || !documentation.contains("@since ")) {
                wanting.add(type.getFileName().toString());
            }
        }
        assertEquals(List.of(), wanting);
    }

    @Test
    void theDecisionListsAllPublicTypesAndNoOther() throws IOException {
        Pattern row = Pattern.compile("\\| `dev\\.hawser[.a-z]*` \\| (.*) \\|");
        List<String> listed = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../docs/adr/012-public-line.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                listed.addAll(List.of(matcher.group(1).replace("`", "").split(", ")));
            }
        }
        List<String> there = types(SOURCES, 2).stream()
                .map(type -> type.getFileName().toString().replace(".java", ""))
                .sorted()
                .toList();
        assertEquals(there, listed.stream().sorted().toList());
    }

    /** The public types, save those that only Spring makes. */
    private static List<Path> types(List<Path> roots, int depth) throws IOException {
        List<Path> types = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root, depth)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                        .filter(each -> !each.toString().contains("internal"))
                        .toList()) {
                    String source = Files.readString(file);
                    if (PUBLIC.matcher(source).find() && !source.contains("\n@AutoConfiguration")) {
                        types.add(file);
                    }
                }
            }
        }
        return types;
    }
}
