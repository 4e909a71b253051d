package dev.hawser.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sources below a folder that hold a {@code synchronized} block. Read from the text, because ArchUnit sees the
 * modifier of a method but not the instructions in it.
 */
final class SynchronizedBlocks {
    private static final Pattern BLOCK = Pattern.compile("(?m)^\\s*synchronized\\s*\\(");

    static List<String> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> BLOCK.matcher(text(f)).find())
                    .map(f -> f.getFileName().toString())
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private SynchronizedBlocks() {}
}
