package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.ClassPath;
import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Measures the memory of idle connections, each number of them in a fresh process. */
final class IdleMeasurement {
    /** Connections that are opened and closed first, so that what a client makes once is there. */
    private static final int WARM_UP = 200;

    private static final int HEAPS = 8;
    private static final long PAUSE_MILLIS = 250;

    private final ServerProcess server;
    private final ClassPath classPath;
    private final Path logs;
    private final Certificate certificate;

    IdleMeasurement(ServerProcess server, ClassPath classPath, Path logs, Certificate certificate) {
        this.server = server;
        this.classPath = classPath;
        this.logs = logs;
        this.certificate = certificate;
    }

    /** Measures with so many connections, or a tenth, and so on, until the client can open as many. */
    IdleRow run(Contestant contestant, boolean tls, int most) throws InterruptedException {
        String limit = null;
        for (int count = most; count > 0; count /= 10) {
            try {
                return measure(contestant, tls, count, limit);
            } catch (IOException e) { // or the process has run out of memory
                if (limit == null) {
                    limit = count + ": " + e.getMessage();
                }
            }
        }
        return new IdleRow(contestant.name(), tls, 0, Double.NaN, Double.NaN, limit);
    }

    /** The least of several collections, since some clients hold a closed connection for a moment. */
    private static long heapWithout(ClientProcess client) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < HEAPS; i++) {
            least = Math.min(least, client.heapBytes());
            Thread.sleep(PAUSE_MILLIS);
        }
        return least;
    }

    private IdleRow measure(Contestant contestant, boolean tls, int count, @Nullable String limit)
            throws IOException, InterruptedException {
        server.awaitNoConnections();
        Path folder = logs.resolve(count + (tls ? "-wss" : "-ws"));
        try (ClientProcess client = ClientProcess.start(contestant, classPath, folder, certificate)) {
            client.open(server.ports(), tls, Math.min(WARM_UP, count));
            client.talkOnce();
            client.closeConnections();
            long heap = heapWithout(client);
            long resident = client.residentBytes();
            client.open(server.ports(), tls, count);
            client.talkOnce();
            heap = client.heapBytes() - heap;
            resident = client.residentBytes() - resident;
            client.evidence(folder.resolve(contestant.name() + ".txt"));
            return new IdleRow(contestant.name(), tls, count, (double) heap / count, (double) resident / count, limit);
        }
    }
}
