package dev.hawser.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker on a free port of the loopback, with a folder of its own. Where it is not installed the tests are skipped,
 * or fail with {@code -Dbrokers.required=true}.
 */
public final class BrokerServer implements AutoCloseable {
    private static final long SOON = TimeUnit.SECONDS.toNanos(30);

    private final Broker broker;
    private final Path folder;
    private final int port;
    private @Nullable Process process;
    /** Whether its end is wanted. */
    private volatile boolean stops;

    /** Starts one, or skips the test. */
    public BrokerServer(Broker broker) throws IOException {
        this.broker = broker;
        if (!Files.isExecutable(broker.program())) {
            String message = broker.program() + " is not here, so its backplane was not tested. Install it with: "
                    + "apt-get install " + broker.debianPackage();
            if (Boolean.getBoolean("test.brokers.required")) {
                fail(message);
            }
            abort(message);
        }
        folder = Files.createTempDirectory("hawser-broker");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        boolean started = false;
        try {
            start();
            started = true;
        } finally {
            if (!started) {
                endNow();
            }
        }
    }

    private void endNow() throws IOException {
        stops = true;
        try {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        } finally {
            deleteFolder();
        }
    }

    /** Where it listens, on the loopback. */
    public int port() {
        return port;
    }

    /** Its address. */
    public String uri() {
        return broker.uri(port);
    }

    /** Starts it again. */
    @SuppressWarnings("FutureReturnValueIgnored") // what follows its end only tells
    public void start() throws IOException {
        Process started = new ProcessBuilder(broker.command(port, folder))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        process = started;
        stops = false;
        started.onExit().thenAccept(ended -> tellIfUnexpected(ended.exitValue()));
        long deadline = System.nanoTime() + SOON;
        while (!answers()) {
            assertTrue(started.isAlive() && System.nanoTime() < deadline, () -> "it has not started: " + log());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Otherwise a test would only say that something did not come. */
    private void tellIfUnexpected(int exit) {
        if (!stops) {
            System.err.println(broker.debianPackage() + " has ended by itself, with status " + exit + ": " + log());
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean answers() {
        try {
            return broker.answers(port);
        } catch (IOException e) {
            return false;
        }
    }

    private Process present() {
        Process present = process;
        if (present == null) {
            throw new IllegalStateException("it was not started");
        }
        return present;
    }

    /** Stops it as an administrator does. */
    public void stop() throws InterruptedException {
        stops = true;
        present().destroy();
        assertTrue(present().waitFor(30, TimeUnit.SECONDS), "the broker does not stop");
    }

    /** Stops it, and takes all away that it has stored. */
    public void loseAll() throws Exception {
        stop();
        deleteFolder();
        Files.createDirectory(folder);
    }

    /** From now on it does nothing, but its connections stay open. */
    public void pause() throws Exception {
        signal("STOP");
    }

    /** It goes on. */
    public void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + present().pid()).start();
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

    @Override
    public void close() throws Exception {
        endNow(); // SIGKILL also ends a process that is paused
    }
}
