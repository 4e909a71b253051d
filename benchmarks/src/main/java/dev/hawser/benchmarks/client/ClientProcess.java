package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.benchmarks.contestant.Ports;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running client. An {@code IOException} of a method says why a step failed; it needs a restart then. */
final class ClientProcess implements AutoCloseable {
    private static final long SETTLE_MILLIS = 100;
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long PATIENCE_MILLIS_FOR_EACH = 10;
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e3;

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "watch");
        thread.setDaemon(true);
        return thread;
    });

    private final Contestant contestant;
    private final ClassPath classPath;
    private final Path logs;
    private final Certificate certificate;
    private ContestantProcess process;
    private int restarts;
    /** How long a command may take with the connections that are open, in milliseconds. */
    private long patience = PATIENCE_MILLIS;

    private ClientProcess(Contestant contestant, ClassPath classPath, Path logs, Certificate certificate)
            throws IOException {
        this.contestant = contestant;
        this.classPath = classPath;
        this.logs = logs;
        this.certificate = certificate;
        this.process = start(contestant, classPath, logs, certificate, ClientMain.class.getName());
    }

    /** Starts a client that trusts this certificate. */
    static ClientProcess start(Contestant contestant, ClassPath classPath, Path logs, Certificate certificate)
            throws IOException {
        return new ClientProcess(contestant, classPath, logs, certificate);
    }

    private static ContestantProcess start(
            Contestant contestant, ClassPath classPath, Path logs, Certificate certificate, String main)
            throws IOException {
        return ContestantProcess.start(
                contestant, JavaMachine.own(), classPath, ClientContestants.JVM_FLAGS, logs, certificate, main);
    }

    /** Replaces the process by a new one, whose log is in a folder of its own. */
    void restart() throws IOException {
        process.kill();
        process.close();
        Path folder = logs.resolve("restart-" + ++restarts);
        process = start(contestant, classPath, folder, certificate, ClientMain.class.getName());
    }

    String name() {
        return process.contestant().name();
    }

    long pid() {
        return process.pid();
    }

    /** Opens connections to the server. This and each later step fail if they take too long for so many. */
    void open(Ports server, boolean tls, int count) throws IOException {
        String uri = tls ? "wss://127.0.0.1:" + server.tls() + "/echo" : "ws://127.0.0.1:" + server.plain() + "/echo";
        patience = PATIENCE_MILLIS + count * PATIENCE_MILLIS_FOR_EACH;
        command("open " + uri + " " + count + " " + patience);
    }

    /** Lets each connection send one text, and get its echo. */
    void talkOnce() throws IOException {
        command("once");
    }

    /** Closes all connections, and waits for their ends. */
    void closeConnections() throws IOException {
        command("close");
    }

    /** Lets the connections play ping-pong, and returns how long the compilers took meanwhile, in milliseconds. */
    long warmUp(long millis) throws IOException, InterruptedException {
        long before = process.compilationMillis();
        command("talk");
        Thread.sleep(millis);
        command("stop");
        return process.compilationMillis() - before;
    }

    /** Lets the connections play ping-pong, and measures so many milliseconds of it. */
    ClientRow.Round round(long millis) throws IOException, InterruptedException {
        command("talk");
        Thread.sleep(SETTLE_MILLIS);
        long allocated = process.allocatedBytes();
        long messages = process.ask("messages");
        long cpu = process.cpuNanos();
        long begin = System.nanoTime();
        Thread.sleep(millis);
        cpu = process.cpuNanos() - cpu;
        double seconds = (System.nanoTime() - begin) / NANOS;
        messages = process.ask("messages") - messages;
        allocated = process.allocatedBytes() - allocated;
        command("stop");
        if (messages == 0) {
            throw new IOException("No message in " + millis + " ms");
        }
        return new ClientRow.Round(cpu / MICROS / messages, messages / seconds, (double) allocated / messages);
    }

    /** Heap bytes in use after collections. */
    long heapBytes() throws IOException {
        return process.heapBytes();
    }

    /** Resident memory in bytes, or 0 if the system does not say. */
    long residentBytes() throws IOException {
        return process.residentBytes();
    }

    /** Writes threads and a histogram of the heap into a file. */
    void evidence(Path file) throws IOException {
        command("evidence " + file.toAbsolutePath());
    }

    /**
     * The process watches the time itself, but not while a call of its library blocks. So it is ended after twice the
     * time, which ends a wait for its answer.
     */
    private void command(String command) throws IOException {
        ContestantProcess told = process;
        AtomicBoolean late = new AtomicBoolean();
        Future<?> end = WATCH.schedule(
                () -> {
                    late.set(true);
                    told.kill();
                },
                2 * patience,
                TimeUnit.MILLISECONDS);
        String answer;
        try {
            answer = told.tell(command);
        } catch (IOException e) {
            throw late.get() ? new IOException("no end in " + 2 * patience / 1000 + " s: " + command, e) : e;
        } finally {
            end.cancel(false);
        }
        if (!answer.equals("done")) {
            throw new IOException(answer.replaceFirst("^failed ", ""));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
