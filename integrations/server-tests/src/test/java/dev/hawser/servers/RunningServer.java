package dev.hawser.servers;

import dev.hawser.logs.SecretsInLogs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, started by a command such as its own script. What it prints is kept. */
final class RunningServer implements AutoCloseable {
    static final long DEADLINE_SECONDS = 120;

    private final Process process;
    private final List<String> lines = new ArrayList<>(); // guarded by itself
    private boolean ended; // guarded by lines

    private RunningServer(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "server-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param environment on top of this process's own */
    static RunningServer start(Path folder, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeAll(List.of("JAVA_OPTS", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new RunningServer(builder.start());
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                SecretsInLogs.read("the server", line);
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException closed) {
            // The end, as a process that is destroyed tells it.
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    /** The first line that matches, waiting for it. */
    Matcher awaitLine(String regex) throws InterruptedException {
        return awaitLine(regex, 1);
    }

    /** The nth line that matches, waiting for it. */
    Matcher awaitLine(String regex, int nth) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        synchronized (lines) {
            int found = 0;
            for (int i = 0; ; i++) {
                while (i == lines.size()) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0 || ended) {
                        throw new AssertionError("no line " + nth + " like " + regex + " in " + text());
                    }
                    lines.wait(left);
                }
                Matcher matcher = pattern.matcher(lines.get(i));
                if (matcher.find() && ++found == nth) {
                    return matcher;
                }
            }
        }
    }

    /** The lines so far for which this holds. */
    List<String> lines(Predicate<String> wanted) {
        synchronized (lines) {
            return lines.stream().filter(wanted).toList();
        }
    }

    String text() {
        return String.join("\n", lines(line -> true));
    }

    /** How many objects of a class, named in full, the server can reach. */
    long objectsOf(String className) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(java().pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        Pattern row = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
        long count = 0;
        boolean header = false;
        try (BufferedReader output = jcmd.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                header |= line.contains("#instances");
                Matcher matcher = row.matcher(line);
                if (matcher.matches() && matcher.group(2).equals(className)) {
                    count += Long.parseLong(matcher.group(1));
                }
            }
        }
        if (jcmd.waitFor() != 0 || !header) {
            throw new AssertionError("jcmd has not counted the objects of the server");
        }
        return count;
    }

    /** Asks again until there are at most as many, since the collector may need more than one round. */
    void awaitObjects(String className, long atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        long count = objectsOf(className);
        while (count > atMost) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(count + " of " + className + " are left, expected at most " + atMost);
            }
            count = objectsOf(className);
        }
    }

    /** The script replaces itself with the JVM, or has it as a child. */
    private ProcessHandle java() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElse(process.toHandle());
    }

    /** SIGTERM. */
    void terminate() {
        java().destroy();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + DEADLINE_SECONDS + " s: " + text());
        }
    }

    @Override
    public void close() throws InterruptedException {
        ProcessHandle java = java();
        java.destroyForcibly();
        process.destroyForcibly().waitFor();
        java.onExit().join();
    }
}
