package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.ContestantProcess;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.benchmarks.contestant.Ports;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The running {@link EchoServer}. */
final class ServerProcess implements AutoCloseable {
    /** It holds 10,000 TLS engines; what it needs is not measured. */
    private static final List<String> JVM_FLAGS =
            List.of("-Xms256m", "-Xmx3g", "-XX:+UseG1GC", "-XX:ActiveProcessorCount=2");

    private static final long PATIENCE_SECONDS = 60;
    private static final long POLL_MILLIS = 20;
    /** More than the files that a server without connections has open. */
    private static final int FEW_FILES = 100;

    private final ContestantProcess process;

    private ServerProcess(ContestantProcess process) {
        this.process = process;
    }

    /** Starts it, without TLS and with TLS. */
    static ServerProcess start(ClassPath classPath, Path logs, Certificate certificate) throws IOException {
        return new ServerProcess(ContestantProcess.start(
                ClientContestants.SERVER,
                JavaMachine.own(),
                classPath,
                JVM_FLAGS,
                logs,
                certificate,
                "dev.hawser.benchmarks.contestant.ContestantMain"));
    }

    Ports ports() {
        return process.ports();
    }

    long pid() {
        return process.pid();
    }

    /**
     * Waits until the connections of a client that has ended are closed, so that they do not count as open files beside
     * those of the next client.
     *
     * @throws IOException if some are open after a minute
     */
    void awaitNoConnections() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.ask("descriptors") > FEW_FILES) {
            if (System.nanoTime() > deadline) {
                throw new IOException("The server has connections of a client that has ended");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
