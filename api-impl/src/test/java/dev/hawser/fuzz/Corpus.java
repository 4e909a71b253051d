package dev.hawser.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The saved inputs of one target, one a line: ASCII as it is, {@code \\}, {@code \r}, {@code \n}, and {@code \xNN} for
 * any other octet. Lines that begin with {@code #} are comments. The inputs before the line {@value #FOUND} are written
 * by people and stay; those behind it were found by the fuzzer, and a run that saves replaces them.
 */
final class Corpus {
    static final String FOUND = "# ---- found by the fuzzer";

    private final Path file;

    Corpus(Path file) {
        this.file = file;
    }

    List<byte[]> inputs() {
        return lines().stream()
                .filter(line -> !line.startsWith("#"))
                .map(Corpus::octets)
                .toList();
    }

    /** Writes what was found in the place of what was found before. */
    void save(Collection<byte[]> found) throws IOException {
        List<String> kept = new ArrayList<>();
        for (String line : lines()) {
            if (line.equals(FOUND)) {
                break;
            }
            kept.add(line);
        }
        List<String> all = new ArrayList<>(kept);
        all.add(FOUND);
        found.stream()
                .map(Corpus::line)
                .filter(line -> !kept.contains(line))
                .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                .forEach(all::add);
        Files.write(file, all);
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] octets(String line) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c != '\\') {
                octets.write(c);
                continue;
            }
            char escaped = line.charAt(++at);
            switch (escaped) {
                case 'r' -> octets.write('\r');
                case 'n' -> octets.write('\n');
                case 'x' -> {
                    octets.write(Integer.parseInt(line, at + 1, at + 3, 16));
                    at += 2;
                }
                default -> octets.write(escaped);
            }
        }
        return octets.toByteArray();
    }

    static String line(byte[] octets) {
        StringBuilder line = new StringBuilder();
        for (byte octet : octets) {
            switch (octet) {
                case '\r' -> line.append("\\r");
                case '\n' -> line.append("\\n");
                case '\\' -> line.append("\\\\");
                default -> {
                    boolean plain = octet > ' ' && octet < 0x7F && !(octet == '#' && line.isEmpty())
                            || octet == ' ' && !line.isEmpty();
                    line.append(plain ? String.valueOf((char) octet) : "\\x%02x".formatted(octet & 0xFF));
                }
            }
        }
        return line.toString();
    }
}
