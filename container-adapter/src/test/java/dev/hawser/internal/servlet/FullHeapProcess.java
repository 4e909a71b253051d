package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A {@link FullHeapServer} that runs. */
final class FullHeapProcess implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final Path folder = Files.createTempDirectory("hawser-full-heap");
    private final Path log = folder.resolve("log");
    private final Path errors = folder.resolve("errors");
    private final Process process;
    private final OutputStream commands;
    private final BufferedReader answers;
    private final int port;

    FullHeapProcess(String container, String initializer) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Xms64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-Inline", // else a method that an error leaves may not be told
                        "-Xlog:exceptions=info:file=" + errors + ":tid:filecount=0",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullHeapServer.class.getName(),
                        container,
                        initializer))
                .redirectError(log.toFile())
                .start();
        commands = process.getOutputStream();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(answer().substring("port ".length()));
    }

    int port() {
        return port;
    }

    /** The log so far, and which sessions are open. */
    String log() throws IOException {
        command('e');
        assertEquals("told", answer());
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    /** Which ways the OutOfMemoryErrors went so far. */
    FullHeapErrors errors() throws IOException {
        return FullHeapErrors.read(errors);
    }

    /**
     * Fills the heap, with pieces that become smaller down to a size, but for so many spare bytes; returns when it is
     * full. Without spare bytes it stays so, whatever others give back.
     */
    void fill(int least, int spare) throws IOException {
        command('f', spare >> 8, spare & 0xff, least >> 8, least & 0xff);
        assertEquals("full", answer());
    }

    void free() throws IOException {
        command('r');
        assertEquals("free", answer());
    }

    /** The callbacks of "/blocks" that are called from now on block. */
    void block() throws IOException {
        command('b');
        assertEquals("blocking", answer());
    }

    /** All callbacks that block go on, and the next ones do not block. */
    void letGo() throws IOException {
        command('l');
        assertEquals("let go", answer());
    }

    Map<String, Integer> report() throws IOException {
        command('q');
        Map<String, Integer> numbers = new HashMap<>();
        String[] words = answer().split(" ");
        for (int i = 0; i < words.length; i += 2) {
            numbers.put(words[i], Integer.valueOf(words[i + 1]));
        }
        return numbers;
    }

    /** Asks until it is so, and gives the last answer in any case. */
    Map<String, Integer> reportOnce(Predicate<Map<String, Integer>> isSo) throws IOException {
        long deadline = System.nanoTime() + PATIENCE;
        Map<String, Integer> report = report();
        while (!isSo.test(report) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            report = report();
        }
        return report;
    }

    private void command(int... bytes) throws IOException {
        for (int octet : bytes) {
            commands.write(octet);
        }
        commands.flush();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the server has ended: " + Files.readString(log, StandardCharsets.ISO_8859_1));
        }
        return line;
    }

    /** It ends with its standard input. */
    @Override
    public void close() throws IOException {
        commands.close();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the server goes on without its standard input");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
