package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.contestant.Ports;
import dev.hawser.benchmarks.load.Target;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running contestant. Its output goes to a file with its name. */
public final class ContestantProcess implements AutoCloseable {
    private static final String MAIN = "dev.hawser.benchmarks.contestant.ContestantMain";
    private static final String SERVERS = "dev.hawser.benchmarks.contestant.";
    private static final long STOP_SECONDS = 5;
    private static final long NANOS_PER_TICK = 10_000_000;

    private final Contestant contestant;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final @Nullable Certificate certificate;
    private final int port;
    private final int tlsPort;

    private ContestantProcess(Contestant contestant, Process process, @Nullable Certificate certificate)
            throws IOException {
        this.contestant = contestant;
        this.certificate = certificate;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        String ready = answers.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            close();
            throw new IOException("Contestant " + contestant.name() + " did not start; its log says why");
        }
        String[] ports = ready.split(" ", -1);
        this.port = Integer.parseInt(ports[1]);
        this.tlsPort = Integer.parseInt(ports[2]);
    }

    /** Starts a contestant without TLS, and waits until it listens. */
    public static ContestantProcess start(
            Contestant contestant, JavaMachine java, ClassPath classPath, List<String> flags, Path logs)
            throws IOException {
        return start(contestant, java, classPath, flags, logs, null);
    }

    /** Starts a contestant that also listens for TLS if it has a certificate, and waits until it listens. */
    static ContestantProcess start(
            Contestant contestant,
            JavaMachine java,
            ClassPath classPath,
            List<String> flags,
            Path logs,
            @Nullable Certificate certificate)
            throws IOException {
        return start(contestant, java, classPath, flags, logs, certificate, MAIN);
    }

    /** The same with a main class that answers questions as {@code ContestantMain} does. */
    public static ContestantProcess start(
            Contestant contestant,
            JavaMachine java,
            ClassPath classPath,
            List<String> flags,
            Path logs,
            @Nullable Certificate certificate,
            String main)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.command().toString());
        command.addAll(flags);
        if (certificate != null) {
            command.add(certificate.option());
        }
        contestant.settings().forEach(setting -> command.add("-D" + setting));
        command.addAll(List.of("-cp", classPath.of(contestant), main, className(contestant)));
        Files.createDirectories(logs);
        Process process = new ProcessBuilder(command)
                .redirectError(logs.resolve(contestant.name() + ".log").toFile())
                .start();
        return new ContestantProcess(contestant, process, certificate);
    }

    private static String className(Contestant contestant) {
        return contestant.server().contains(".") ? contestant.server() : SERVERS + contestant.server();
    }

    /** Where it listens. */
    public Ports ports() {
        return new Ports(port, tlsPort);
    }

    /** What runs in it. */
    public Contestant contestant() {
        return contestant;
    }

    /** Where it listens without TLS. */
    public Target target() {
        return new Target(port, contestant.isRaw());
    }

    /** Where it listens for the connections of a workload. */
    Target target(Workload workload) {
        return workload.tls() == Workload.Tls.NONE ? target() : new Target(tlsPort, contestant.isRaw(), certificate);
    }

    public long pid() {
        return process.pid();
    }

    /** The processor time that all threads have used, user and system, in nanoseconds, with a resolution of 10 ms. */
    public long cpuNanos() throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid()), "stat");
        if (!Files.exists(stat)) {
            return process.info()
                    .totalCpuDuration()
                    .orElseThrow(() -> new IOException(contestant.name() + " has ended"))
                    .toNanos();
        }
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        // proc(5): utime and stime are fields 14 and 15, counted from 1; the first of these fields is field 3.
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    /** Resident memory in bytes, or 0 if the system does not say. */
    public long residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return 0;
    }

    /** Heap bytes that its threads have allocated since the first call. */
    public long allocatedBytes() throws IOException {
        return ask("allocated");
    }

    /** How long its compilers have taken since its start. */
    public long compilationMillis() throws IOException {
        return ask("compiling");
    }

    /** Heap bytes in use after a collection. */
    public long heapBytes() throws IOException {
        return ask("heap");
    }

    /** Asks a question whose answer is a number. */
    public long ask(String question) throws IOException {
        return Long.parseLong(tell(question));
    }

    /** Asks a question, and returns the line that answers it. {@code ContestantMain} has the questions. */
    public String tell(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("Contestant " + contestant.name() + " has ended; its log says why");
        }
        return answer;
    }

    /** Kills the process; a caller that waits for an answer gets an {@code IOException}. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends the process. */
    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            boolean hasEnded = !process.isAlive(); // then it need not be told
            process.destroyForcibly();
            if (!hasEnded) {
                throw new UncheckedIOException(e);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
