package dev.hawser.cli;

import dev.hawser.logs.SecretsInLogs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code java -jar hawser-cli.jar}, as somebody runs it. */
final class CommandLineProcess implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final Process process;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(); // thread-safe
    private final ByteArrayOutputStream err = new ByteArrayOutputStream(); // thread-safe
    private final List<Thread> readers = new ArrayList<>();

    private CommandLineProcess(Process process) {
        this.process = process;
    }

    static CommandLineProcess start(Object... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    static CommandLineProcess start(Map<String, String> environment, Object... arguments) throws IOException {
        return start(new ProcessBuilder(command(arguments)), environment);
    }

    /**
     * Runs to the end in a terminal of script(1), as in its version of util-linux. What the tool writes to standard
     * output and to standard error both is the result's output.
     */
    static Result runInTerminal(Object... arguments) throws Exception {
        String line = String.join(
                " ",
                command(arguments).stream()
                        .map(each -> "'" + each.replace("'", "'\\''") + "'")
                        .toList());
        try (CommandLineProcess running =
                start(new ProcessBuilder("script", "--quiet", "--return", "--command", line, "/dev/null"), Map.of())) {
            return running.awaitEnd();
        }
    }

    private static List<String> command(Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", System.getProperty("cli.jar")));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static CommandLineProcess start(ProcessBuilder builder, Map<String, String> environment)
            throws IOException {
        builder.environment().putAll(environment);
        CommandLineProcess started = new CommandLineProcess(builder.start());
        started.read(started.process.getInputStream(), started.out);
        started.read(started.process.getErrorStream(), started.err);
        return started;
    }

    /** Runs to the end, with this standard input. */
    static Result run(String input, Object... arguments) throws Exception {
        return run(Map.of(), input.getBytes(StandardCharsets.UTF_8), arguments);
    }

    static Result run(Map<String, String> environment, byte[] input, Object... arguments) throws Exception {
        try (CommandLineProcess running = start(environment, arguments)) {
            try (OutputStream to = running.process.getOutputStream()) {
                to.write(input);
            } catch (IOException e) {
                // it has ended without reading all of it
            }
            return running.awaitEnd();
        }
    }

    /** What a process has left. */
    record Result(int exitCode, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }
    }

    private void read(InputStream from, ByteArrayOutputStream to) {
        Thread reader = new Thread(() -> {
            byte[] bytes = new byte[8192];
            try {
                for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                    to.write(bytes, 0, read);
                }
            } catch (IOException e) {
                // it was killed
            }
        });
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until it has written this, to standard output or standard error. */
    void awaitOutput(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!said().contains(text)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("\"" + text + "\" was not said, but: " + said());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    /** Ctrl-C, or rather kill. */
    void stop() {
        process.toHandle().destroy(); // destroy() of the process would close its streams, too
    }

    Result awaitEnd() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it runs on, and has said: " + said());
        }
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        }
        Result result = new Result(process.exitValue(), out.toByteArray(), err.toString(StandardCharsets.UTF_8));
        SecretsInLogs.read("hawser-cli.jar", result.err());
        return result;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
