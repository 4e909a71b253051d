package dev.hawser.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.hawser.brokers.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, which can be killed and stopped. It ends with the process that has started it. */
final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final String address;

    NodeProcess(String redis) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        redis)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertNotNull(line, "the node has not started");
        address = line;
    }

    /** The node: it says its address, and runs until its standard input ends. */
    public static void main(String[] arguments) throws Exception {
        Node node = new Node(topics -> topics.connect(new RedisBackplane(arguments[0])));
        System.out.println(node.uri(""));
        while (System.in.read() >= 0) {
            // it says nothing; only its end counts
        }
        Runtime.getRuntime().halt(0);
    }

    URI uri(String topic) {
        return URI.create(address + topic);
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** {@code STOP} or {@code CONT}. */
    void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        assertEquals(0, kill.waitFor());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
    }
}
