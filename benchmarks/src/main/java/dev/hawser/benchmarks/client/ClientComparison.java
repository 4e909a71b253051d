package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.Affinity;
import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.JavaMachine;
import dev.hawser.benchmarks.comparison.Machine;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares clients: the processor time of the client's process for a message, and the memory of its idle connections.
 * First each client's memory is measured in a process of its own, which also says how many connections it can open.
 * Then all clients run, each in its own process. With fifty connections each, rounds alternate between them; with as
 * many as each can open, they take turns.
 */
public final class ClientComparison {
    private static final int WARM_UPS = 12;
    private static final int MOST_WARM_UPS = 27;
    /** With many connections the same code runs, which is compiled by then. */
    private static final int WARM_UPS_WITH_MANY = 2;
    /** If the compilers take less than this part of a warm-up, all code that matters has been compiled. */
    private static final double COMPILED = 0.05;

    /** A client that cannot serve all connections is measured with a part of them, and so on. */
    private static final int LESS = 10;

    private static final int CLIENT_CORE = 0;
    private static final int SERVER_CORE = 1;

    private final ClientOptions options;
    private final ClassPath classPath;
    private final ClientResults results = new ClientResults();
    private final int processors = Runtime.getRuntime().availableProcessors();

    ClientComparison(ClientOptions options, ClassPath classPath) {
        this.options = options;
        this.classPath = classPath;
    }

    /** Runs what the system properties {@code client.*} say ({@link ClientOptions}). */
    public static void main(String[] arguments) throws Exception {
        long begin = System.nanoTime();
        ClientOptions options = ClientOptions.fromSystemProperties();
        ClassPath classPath = new ClassPath(System.getProperty("java.class.path"));
        Machine machine = Machine.here(JavaMachine.own(), classPath, ClientContestants.JARS);
        ClientResults results = new ClientComparison(options, classPath).run();
        ClientReport report = new ClientReport(results, machine, options);
        System.out.println(report.page());
        report.write();
        System.out.printf(
                "Written to %s after %d minutes%n",
                options.output(), Duration.ofNanos(System.nanoTime() - begin).toMinutes());
    }

    /** Measures all, and ends all processes. */
    ClientResults run() throws IOException, InterruptedException {
        Path logs = options.output().resolve("logs");
        Certificate certificate = Certificate.create(options.output());
        Map<String, ClientProcess> clients = new LinkedHashMap<>();
        try (ServerProcess server = ServerProcess.start(classPath, logs, certificate)) {
            measureIdle(server, logs, certificate);
            for (Contestant contestant : options.contestants()) {
                clients.put(contestant.name(), ClientProcess.start(contestant, classPath, logs, certificate));
            }
            for (boolean tls : List.of(false, true)) {
                measureFew(server, List.copyOf(clients.values()), tls);
            }
            for (boolean tls : List.of(false, true)) {
                for (ClientProcess client : clients.values()) {
                    measureMany(server, client, tls);
                }
            }
        } finally {
            clients.values().forEach(ClientProcess::close);
        }
        return results;
    }

    private void measureIdle(ServerProcess server, Path logs, Certificate certificate)
            throws IOException, InterruptedException {
        IdleMeasurement measurement = new IdleMeasurement(server, classPath, logs.resolve("idle"), certificate);
        results.engine(BareEngines.heapOfOne(certificate));
        System.out.printf("  %-16s %,.0f B heap%n", "SSLEngine alone", results.engine());
        for (boolean tls : List.of(false, true)) {
            for (Contestant contestant : options.contestants()) {
                IdleRow row = measurement.run(contestant, tls, options.most());
                System.out.printf(
                        "  %-16s %s %,7d connections %,9.0f B heap %,9.0f B resident each %s%n",
                        row.contestant(),
                        tls ? "wss" : "ws ",
                        row.connections(),
                        row.heap(),
                        row.resident(),
                        row.limit() == null ? "" : row.limit());
                results.add(row);
            }
        }
    }

    private interface Step {
        void run(ClientProcess client) throws IOException, InterruptedException;
    }

    /** The rounds of one client with one number of connections, while they are measured. */
    private static final class Part {
        private final ClientProcess client;
        private final List<ClientRow.Round> rounds = new ArrayList<>();
        private @Nullable String failure;

        private Part(ClientProcess client) {
            this.client = client;
        }

        /** Does nothing after a failure. */
        private void step(Step step) throws InterruptedException {
            if (failure == null) {
                try {
                    step.run(client);
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                }
            }
        }

        /** Closes the connections, or ends the process if something failed. */
        private ClientRow end(boolean tls, int connections) throws IOException, InterruptedException {
            step(ClientProcess::closeConnections);
            if (failure != null) {
                client.restart();
            }
            return new ClientRow(client.name(), tls, connections, rounds, failure);
        }
    }

    private void measureFew(ServerProcess server, List<ClientProcess> clients, boolean tls)
            throws IOException, InterruptedException {
        List<Part> parts = clients.stream().map(Part::new).toList();
        int count = ClientResults.FEW;
        for (Part part : parts) {
            part.step(client -> client.open(server.ports(), tls, count));
            part.step(client -> warmUpUntilCompiled(client, WARM_UPS));
        }
        pin(server, clients, true);
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get((i + round) % parts.size()); // so that each is first as often as last
                part.step(client -> part.rounds.add(client.round(options.millis())));
            }
        }
        pin(server, clients, false);
        for (Part part : parts) {
            add(part.end(tls, count));
        }
    }

    private void measureMany(ServerProcess server, ClientProcess client, boolean tls)
            throws IOException, InterruptedException {
        for (int count = results.most(client.name(), tls); count > ClientResults.FEW; count /= LESS) {
            ClientRow row = measureMany(server, client, tls, count);
            add(row);
            if (row.failure() == null) {
                return;
            }
        }
    }

    private ClientRow measureMany(ServerProcess server, ClientProcess client, boolean tls, int count)
            throws IOException, InterruptedException {
        Part part = new Part(client);
        part.step(any -> server.awaitNoConnections());
        part.step(any -> any.open(server.ports(), tls, count));
        part.step(any -> warmUpUntilCompiled(any, WARM_UPS_WITH_MANY));
        pin(server, List.of(client), true);
        for (int round = 0; round < options.rounds(); round++) {
            part.step(any -> part.rounds.add(any.round(options.millis())));
        }
        pin(server, List.of(client), false);
        return part.end(tls, count);
    }

    /** Compilation is part of the measured processor time, but not of the cost of a message. */
    private void warmUpUntilCompiled(ClientProcess client, int least) throws IOException, InterruptedException {
        for (int i = 1; i <= MOST_WARM_UPS; i++) {
            long compiling = client.warmUp(options.warmUpMillis());
            if (i >= least && compiling < COMPILED * options.warmUpMillis()) {
                return;
            }
        }
    }

    /** Puts the clients on one processor and the server on another, or lets all run on any. */
    private void pin(ServerProcess server, List<ClientProcess> clients, boolean pinned) {
        if (processors > SERVER_CORE) {
            String all = "0-" + (processors - 1);
            Affinity.set(server.pid(), pinned ? Integer.toString(SERVER_CORE) : all);
            clients.forEach(client -> Affinity.set(client.pid(), pinned ? Integer.toString(CLIENT_CORE) : all));
        }
    }

    private void add(ClientRow row) {
        results.add(row);
        System.out.printf(
                "  %-16s %s %,7d connections %7.2f us CPU (%.2f - %.2f) %,9.0f /s %,7.0f B allocated %s%n",
                row.contestant(),
                row.tls() ? "wss" : "ws ",
                row.connections(),
                row.median(ClientRow.Round::cpuMicros),
                row.minimum(ClientRow.Round::cpuMicros),
                row.maximum(ClientRow.Round::cpuMicros),
                row.median(ClientRow.Round::rate),
                row.median(ClientRow.Round::allocated),
                row.failure() == null ? "" : "void: " + row.failure());
    }
}
