package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.backplane.Backplane;
import dev.hawser.nats.NatsBackplane;
import dev.hawser.redis.RedisBackplane;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Skipped where the broker is not installed. */
class BackplanesTest {
    @Test
    void aMessageReachesTheOtherNodeOverRedis() throws Exception {
        assertReaches(
                Path.of("/usr/bin/redis-server"),
                port -> new String[] {"--port", "" + port, "--bind", "127.0.0.1", "--save", ""},
                "redis://127.0.0.1:",
                RedisBackplane::new);
    }

    @Test
    void aMessageReachesTheOtherNodeOverNats() throws Exception {
        assertReaches(
                Path.of("/usr/sbin/nats-server"),
                port -> new String[] {"--port", "" + port, "--addr", "127.0.0.1"},
                "nats://127.0.0.1:",
                NatsBackplane::new);
    }

    private static void assertReaches(
            Path program, IntFunction<String[]> options, String uri, Function<String, Backplane> backplane)
            throws Exception {
        assumeTrue(Files.isExecutable(program), program + " is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path folder = Files.createTempDirectory("broker");
        ProcessBuilder command = new ProcessBuilder(program.toString()).directory(folder.toFile());
        command.command().addAll(List.of(options.apply(port)));
        Process broker = command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        try {
            // A node that finds no broker yet goes on trying.
            Node one = new Node(backplane.apply(uri + port));
            Node other = new Node(backplane.apply(uri + port));
            try (AutoCloseable first = one.backplane::close; AutoCloseable second = other.backplane::close) {
                one.connected.get(30, TimeUnit.SECONDS);
                other.connected.get(30, TimeUnit.SECONDS);
                other.backplane.subscribe("news");
                assertEquals("news", other.subscribed.get(30, TimeUnit.SECONDS));
                one.backplane.publish("news", "hello".getBytes(StandardCharsets.UTF_8));
                assertEquals("news: hello", other.received.poll(30, TimeUnit.SECONDS));
            }
        } finally {
            broker.destroy();
            broker.waitFor(30, TimeUnit.SECONDS);
        }
    }
}
