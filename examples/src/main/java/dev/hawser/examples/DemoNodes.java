package dev.hawser.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Several nodes of the chat: each is a {@link DemoServer} in a process of its own, a Redis connects their topics, and a
 * {@link Balancer} gives them one address. When a node is stopped, its pages go on at another one.
 */
final class DemoNodes {
    private static final Pattern PORT = Pattern.compile("http://[^/]*:(\\d+)/");
    private static final int MOST_INFO = 64 << 10;
    private static final Duration REDIS_STARTS = Duration.ofSeconds(30);

    /** A node needs 5 s if its clients do not answer its close frames. */
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Duration stopTimeout;
    private final Path folder;

    /** With it each node knows the passes that another one has given. */
    private final String key = new BigInteger(256, new SecureRandom()).toString(36);

    /** Redis, and then the nodes. Guarded by this. */
    private final List<Process> processes = new ArrayList<>();

    /** Nothing is started any more. Guarded by this. */
    private boolean stopped;

    DemoNodes() throws IOException {
        this(STOP);
    }

    DemoNodes(Duration stopTimeout) throws IOException {
        this.stopTimeout = stopTimeout;
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

    /**
     * Starts all, and returns the port.
     *
     * @throws IOException if something cannot be started; its message is one line for the person who runs the demo
     */
    int start(int nodes, Path redisServer, List<InetAddress> addresses, int port) throws IOException {
        int redis = startRedis(redisServer);
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

    private int startRedis(Path redisServer) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(redisServer.toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--port", "" + port, "--save", "", "--dir", "" + folder));
        // a node may be behind by some files before Redis cuts it
        command.addAll(List.of("--client-output-buffer-limit", "pubsub", "64mb", "32mb", "60"));
        Process redis = process(command);
        long deadline = System.nanoTime() + REDIS_STARTS.toNanos();
        while (!answers(redis, port)) {
            if (!redis.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(redisServer + " did not start on port " + port + ".");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return port;
    }

    /** Whether it is this Redis that answers: another program may have taken the port after it was found free. */
    private static boolean answers(Process redis, int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(MOST_INFO), StandardCharsets.UTF_8);
            return answer.contains("process_id:" + redis.pid() + "\r\n");
        } catch (IOException e) {
            return false; // not yet
        }
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
        command.add("-Ddev.hawser.topicBackplaneBytes=32MiB"); // a file has up to 8, and others may be on their way
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
        throw new IOException("A node did not start; what it said is above.");
    }

    synchronized Process process(List<String> command) throws IOException {
        if (stopped) {
            throw new IOException("The demo was stopped while it started.");
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("DEMO_KEY", key); // not an argument, which others on this machine can see
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

    /** The nodes first, and Redis last. Whatever has not ended in time is killed. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (!processes.isEmpty()) {
            end(processes.subList(1, processes.size()));
            end(processes.subList(0, 1));
        }
        DemoServer.deleteTree(folder);
    }

    private void end(List<Process> ending) {
        ending.forEach(Process::destroy);
        long deadline = System.nanoTime() + stopTimeout.toNanos();
        try {
            for (Process each : ending) {
                if (!each.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    each.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            ending.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
