package dev.hawser.tck.autobahn;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java program in a JVM of its own, its output in a file. If it is a server, it prints {@code Listening on port N}.
 * It ends when its standard input does, so it does not outlive this JVM.
 */
final class ForkedProgram implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on port (\\d+)");

    private final Process process;
    private final Path log;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader;

    private ForkedProgram(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.reader = new Thread(this::copyOutput, "output-of-" + log.getFileName());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a program.
     *
     * @param log the file for its output, in the directory that it is to run in
     * @param arguments those of the java command
     */
    static ForkedProgram start(Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        return new ForkedProgram(process, log);
    }

    /** Waits until it listens. */
    int awaitPort(long seconds) throws InterruptedException {
        try {
            return port.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("The program did not listen on a port within " + seconds + " s: see " + log, e);
        }
    }

    /** Waits until it has ended by itself. */
    void awaitExit(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("The program had not ended after " + seconds + " s: see " + log);
        }
        reader.join(TimeUnit.SECONDS.toMillis(10));
        if (process.exitValue() != 0) {
            throw new AssertionError("The program ended with exit code " + process.exitValue() + ": see " + log);
        }
    }

    /** Stops it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void copyOutput() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter file = Files.newBufferedWriter(log)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                file.write(line);
                file.newLine();
                file.flush();
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    port.complete(Integer.valueOf(listening.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            port.completeExceptionally(new IOException("the program has ended"));
        }
    }
}
