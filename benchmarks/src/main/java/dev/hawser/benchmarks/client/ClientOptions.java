package dev.hawser.benchmarks.client;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.hawser.benchmarks.comparison.Contestant;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to run, from system properties.
 *
 * @param contestants {@code client.peers}: names of clients; default all
 * @param rounds {@code client.rounds}: rounds of each client and number of connections; default 5
 * @param millis {@code client.millis}: how long a round is measured; default 1000
 * @param warmUpMillis {@code client.warmup}: how long one of at least twelve warm-ups lasts; default 1000
 * @param most {@code client.idle}: the most connections of a client; default 10,000, or the largest power of ten for
 *     which the process may open files
 * @param openFiles how many files a process may open
 * @param output {@code client.output}: the folder for results and logs; default {@code target/client}
 * @param docs {@code client.docs}: the folder of the documentation, where the page is replaced; default none
 */
record ClientOptions(
        List<Contestant> contestants,
        int rounds,
        long millis,
        long warmUpMillis,
        int most,
        long openFiles,
        Path output,
        @Nullable Path docs) {
    private static final int MOST = 10_000;
    private static final int OTHER_FILES = 1_000;

    /** @throws IllegalArgumentException if they ask for something impossible */
    static ClientOptions fromSystemProperties() {
        String peers = System.getProperty("client.peers", "").trim();
        List<String> names = peers.isEmpty() ? List.of() : List.of(peers.split("\\s*,\\s*", -1));
        String docs = System.getProperty("client.docs", "").trim();
        if (!docs.isEmpty() && !names.isEmpty()) {
            throw new IllegalArgumentException("client.docs replaces the whole page, so leave out client.peers");
        }
        long files = mostOpenFiles();
        return new ClientOptions(
                ClientContestants.named(names),
                Integer.getInteger("client.rounds", 5),
                Long.getLong("client.millis", 1000),
                Long.getLong("client.warmup", 1000),
                within(Integer.getInteger("client.idle", MOST), files),
                files,
                Path.of(System.getProperty("client.output", "target/client")),
                docs.isEmpty() ? null : Path.of(docs));
    }

    /** The number, or a tenth of it, and so on, until a process may open as many files. */
    static int within(int connections, long openFiles) {
        int count = connections;
        while (count > 1 && count + OTHER_FILES > openFiles) {
            count /= 10;
        }
        return count;
    }

    private static long mostOpenFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
