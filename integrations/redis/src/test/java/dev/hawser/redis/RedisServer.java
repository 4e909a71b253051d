package dev.hawser.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Debian's redis-server on a free port of the loopback, with a folder of its own, where each change is on disk before
 * it is answered. Where it is not installed the tests are skipped, or fail with {@code -Dbrokers.required=true}.
 */
final class RedisServer implements BeforeEachCallback, AfterEachCallback {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");
    private static final long SOON = TimeUnit.SECONDS.toNanos(30);

    private Path folder;
    private int port;
    private Process process;

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        if (!Files.isExecutable(BINARY)) {
            String message = BINARY + " is not here, so the Redis backplane was not tested. Install it with: "
                    + "apt-get install redis-server";
            if (Boolean.getBoolean("hawser.test.brokers.required")) {
                fail(message);
            }
            abort(message);
        }
        folder = Files.createTempDirectory("hawser-redis");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (process != null && process.isAlive()) {
            resume();
            process.destroyForcibly();
            process.waitFor();
        }
        if (folder != null) {
            deleteFolder();
        }
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    void start() throws IOException {
        process = new ProcessBuilder(
                        BINARY.toString(),
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + SOON;
        while (!answers()) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, "redis-server has not started");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean answers() {
        try {
            return ask("PING").equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** The first line of what it answers. */
    String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }

    /** As an administrator stops it. */
    void stop() throws InterruptedException {
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "redis-server does not stop");
    }

    /** Stops it, and takes all that it has stored away. */
    void loseAll() throws Exception {
        stop();
        deleteFolder();
        Files.createDirectory(folder);
    }

    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        assertEquals(0, kill.waitFor());
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            // it has just taken a file away itself
        }
    }
}
