package dev.hawser.benchmarks.comparison;

import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** The Redis server between two nodes of a contestant: a process of its own, which is started when it is needed. */
final class Redis implements AutoCloseable {
    private static final RedisServer KIND = new RedisServer();

    private @Nullable BrokerServer server;

    /** Whether Redis is installed. */
    static boolean isInstalled() {
        return Files.isExecutable(KIND.program());
    }

    /** Its address. */
    String uri() throws IOException {
        if (!isInstalled()) {
            throw new IOException(KIND.program() + " is not here. Install it with: apt-get install "
                    + KIND.debianPackage() + "; or leave out " + Contestants.HAWSER_JETTY_REDIS + " by -Dbench.peers");
        }
        BrokerServer started = server == null ? new BrokerServer(KIND) : server;
        server = started;
        return started.uri();
    }

    @Override
    public void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }
}
