package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links of the pages lead to files and headings that exist, and docs/README.md leads to each page. */
class LinksTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```");

    /** What Maven makes, and a page whose links are meant for the folders that it is written to. */
    private static final Set<String> LEFT_OUT = Set.of("target", "resources", ".git", "node_modules");

    @TempDir
    private Path folder;

    @Test
    void eachLinkLeadsToAFileAndAHeading() throws IOException {
        List<Path> pages = pages(ROOT);
        assertTrue(pages.size() > 40, "pages found: " + pages);
        List<String> dead = new ArrayList<>();
        for (Path page : pages) {
            dead.addAll(deadLinks(page));
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void theRoadLeadsToEachPage() throws IOException {
        Path docs = ROOT.resolve("docs");
        Path road = docs.resolve("README.md");
        Set<Path> linked = new TreeSet<>();
        for (String link : links(road)) {
            linked.add(docs.resolve(link.replaceAll("#.*", "")).normalize());
        }
        Set<Path> pages = new TreeSet<>();
        pages(docs).stream().filter(page -> !page.equals(road)).forEach(page -> pages.add(page.normalize()));
        pages.removeAll(linked);
        assertEquals(Set.of(), pages, "pages that docs/README.md does not name");
    }

    @Test
    void aLinkToNoFileOrToNoHeadingIsFound() throws IOException {
        Files.writeString(folder.resolve("there.md"), "# A `word`, and [more](gone.md)!\n\n```\n# no heading\n```\n");
        Path page = folder.resolve("page.md");
        Files.writeString(page, """
                # Page
                [1](there.md) [2](gone.md) [3](there.md#a-word-and-more) [4](there.md#no-heading) [5](#page) [6](#else)
                [7](https://example.org/) `[8](code.md)`
                ```
                [9](code.md)
                ```
                """);
        assertEquals(
                List.of("gone.md", "there.md#no-heading", "#else"),
                deadLinks(page).stream()
                        .map(dead -> dead.substring(dead.indexOf(": ") + 2))
                        .toList());
    }

    private static List<String> deadLinks(Path page) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : links(page)) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
            boolean found = Files.exists(target)
                    && (parts.length == 1 || anchors(target).contains(parts[1]));
            if (!found) {
                dead.add(page + ": " + link);
            }
        }
        return dead;
    }

    private static List<String> links(Path page) throws IOException {
        String text = withoutBlocks(page).replaceAll("`[^`\n]*`", "");
        return LINK.matcher(text)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    /** Headings as they stand in an address: lower case, hyphens for spaces, nothing of punctuation. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(withoutBlocks(page))
                .results()
                .map(LinksTest::anchor)
                .toList();
    }

    private static String anchor(MatchResult heading) {
        String text = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
        return text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "")
                .replace(' ', '-');
    }

    private static String withoutBlocks(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<Path> pages(Path root) throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean leftOut = LEFT_OUT.contains(directory.getFileName().toString());
                return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return pages;
    }
}
