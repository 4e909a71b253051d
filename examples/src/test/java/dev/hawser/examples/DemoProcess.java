package dev.hawser.examples;

import dev.hawser.logs.SecretsInLogs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo server as {@code mvn -Pdemo} runs it: a JVM of its own, with the server's class path and the WAR. Stopped as
 * Ctrl-C stops it, by a signal.
 */
final class DemoProcess implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 120; // three JVMs may start on two processors
    private static final String END = "(the server has ended)";
    private static final Pattern ADDRESS = Pattern.compile("(https?)://\\S+");

    private final Process process;
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> lines = new ArrayList<>(); // guarded by itself
    private final Thread reader;

    private DemoProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "demo-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the WAR of this build, with further {@code -D} settings. */
    static DemoProcess start(String... settings) throws IOException {
        return start(war(), settings);
    }

    static DemoProcess start(Path war, String... settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Ddemo.war=" + war);
        command.addAll(List.of(settings));
        command.addAll(List.of("-cp", serverClassPath(), "dev.hawser.examples.DemoServer"));
        return new DemoProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Starts the WAR of this build on ports that the system chooses. */
    static DemoProcess startOnFreePorts() throws IOException {
        return start("-Ddemo.port=0", "-Ddemo.tlsPort=0");
    }

    static Path war() {
        return Path.of(required("demo.war"));
    }

    static String serverClassPath() {
        return required("demo.classpath");
    }

    /** The addresses of the page, http then https, as the server prints them once it is ready. */
    Addresses awaitAddresses() throws InterruptedException {
        URI http = awaitAddress("http");
        URI https = awaitAddress("https");
        return new Addresses(http, https);
    }

    record Addresses(URI http, URI https) {
        URI of(boolean secure) {
            return secure ? https : http;
        }

        URI webSocket(boolean secure, String path) {
            return URI.create(of(secure).toString().replaceFirst("^http", "ws")).resolve(path);
        }
    }

    /** The address of the page when there are several nodes. */
    URI awaitOneAddress() throws InterruptedException {
        return awaitAddress("http");
    }

    private URI awaitAddress(String scheme) throws InterruptedException {
        for (String line = unread.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                line != null && !line.equals(END);
                line = unread.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find() && address.group(1).equals(scheme)) {
                return URI.create(address.group());
            }
        }
        throw new AssertionError(
                "no " + scheme + " address, or not within " + DEADLINE_SECONDS + " s, in: " + output());
    }

    /** Everything printed so far. */
    List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Waits for the end, and returns the exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + DEADLINE_SECONDS + " s: " + output());
        }
        reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        return process.exitValue();
    }

    /** Ctrl-C. Returns when the process has ended; if it does not end, it is killed, with all that it has started. */
    void stop() throws InterruptedException {
        List<ProcessHandle> started =
                process.descendants().toList(); // they are no descendants once their parent is gone
        try {
            process.destroy();
            awaitExit();
        } finally {
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                unread.add(line);
                SecretsInLogs.read("the demo server", line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            unread.add(END);
        }
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new AssertionError("-D" + property + " is not set: run this test with mvn verify");
        }
        return value;
    }
}
