package dev.hawser.tck;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The format of a file of expectations: one entry per line. Empty lines and lines that begin with {@code #} are
 * ignored.
 */
public final class EntryLines {
    private EntryLines() {}

    /**
     * Reads the entries, in their order.
     *
     * @param title begins the message of each error
     * @param entry parses a line without the white space around it; throws an IllegalArgumentException with what is
     *     wrong
     * @throws IOException if a line is malformed, or a key is listed twice; the message names the line
     */
    public static <K, V> Map<K, V> read(String title, List<String> lines, Function<String, Map.Entry<K, V>> entry)
            throws IOException {
        Map<K, V> entries = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                Map.Entry<K, V> read = entry.apply(line);
                if (entries.put(read.getKey(), read.getValue()) != null) {
                    throw new IllegalArgumentException(read.getKey() + " is listed twice");
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(title + ", line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return entries;
    }
}
