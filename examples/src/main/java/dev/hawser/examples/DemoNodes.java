package dev.hawser.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Several nodes of the chat: each is a {@link DemoServer} in a process of its own, a Redis connects their topics, and a
 * {@link Balancer} gives them one address. When a node is stopped, its pages go on at another one.
 */
final class DemoNodes {
    private static final Pattern PORT = Pattern.compile("http://[^/]*:(\\d+)/");

    private final List<Process> processes = new ArrayList<>();
    private final Path folder;

    DemoNodes() throws IOException {
        this.folder = Files.createTempDirectory("hawser-demo");
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "demo-stop"));
    }

    /** The installed redis-server. */
    static Optional<Path> redisServer() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts all, and returns the port. */
    int start(int nodes, Path redisServer, List<InetAddress> addresses, int port) throws IOException {
        int redis = freePort();
        process(List.of(
                redisServer.toString(),
                "--port",
                "" + redis,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                "" + folder));
        List<Process> started = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            started.add(startNode(node, redis));
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (Process node : started) {
            servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), awaitPort(node)));
            System.out.println("  Node " + servers.size() + " is process " + node.pid() + ": kill " + node.pid()
                    + " stops it, and its pages go on at another one.");
        }
        return new Balancer(servers).listen(addresses, port);
    }

    private Process startNode(int node, int redis) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String property : List.of("demo.war", "demo.redisLib")) {
            command.add("-D" + property + "=" + System.getProperty(property, ""));
        }
        command.add("-Ddemo.host=127.0.0.1");
        command.add("-Ddemo.port=0");
        command.add("-Ddemo.tlsPort=0");
        command.add("-Ddemo.node=" + node);
        command.add("-Ddemo.redis=redis://127.0.0.1:" + redis);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), DemoServer.class.getName(), DemoServer.STOP_WITH_PARENT));
        return process(command);
    }

    private static int awaitPort(Process node) throws IOException {
        BufferedReader output = node.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = PORT.matcher(line);
            if (address.find()) {
                Thread rest = new Thread(() -> output.lines().forEach(each -> {}), "demo-output");
                rest.setDaemon(true);
                rest.start();
                return Integer.parseInt(address.group(1));
            }
        }
        throw new IOException("a node has not started");
    }

    private synchronized Process process(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (processes.isEmpty()) { // Redis, which says much
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** The nodes first, and Redis last. */
    private synchronized void stop() {
        try {
            for (int i = processes.size() - 1; i >= 0; i--) {
                processes.get(i).destroy();
                processes.get(i).waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        DemoServer.deleteTree(folder);
    }
}
