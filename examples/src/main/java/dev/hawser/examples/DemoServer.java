package dev.hawser.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;

/**
 * A bare Jetty that deploys one WAR: {@code mvn -Pdemo} runs it.
 *
 * <p>This class has no line about WebSocket, and its class path has no WebSocket jar: the WAR has Hawser in {@code
 * WEB-INF/lib}.
 *
 * <table> <caption>System properties</caption>
 *   <tr><th>name</th><th>default</th><th></th></tr>
 *   <tr><td>demo.war</td><td>none</td><td>the WAR file</td></tr>
 *   <tr><td>demo.host</td><td>localhost</td><td>every address of this host is listened on</td></tr>
 *   <tr><td>demo.port</td><td>8080</td><td>http and ws; 0 lets the system choose</td></tr>
 *   <tr><td>demo.nodes</td><td>1</td><td>with 2 or more, {@link DemoNodes}: no TLS; needs redis-server</td></tr>
 *   <tr><td>demo.redisLib</td><td>none</td><td>the folder with the jars of the Redis backplane, for a node</td></tr>
 *   <tr><td>demo.tlsPort</td><td>8443</td><td>https and wss; 0 lets the system choose</td></tr>
 * </table>
 *
 * <p>Ctrl-C stops it. With the argument {@value #STOP_WITH_PARENT} it also stops when the process that started it ends,
 * so that no server is left when an IDE stops Maven. A mistake in these settings gives one line on standard error and
 * exit code 1; if the server fails to start, there is a stack trace and exit code 2.
 */
public final class DemoServer {
    static final String STOP_WITH_PARENT = "--stop-with-parent";

    /** How long clients may take to answer the close frames when the server stops. */
    private static final long STOP_TIMEOUT_MILLIS = 5_000;

    /** A field, because a logger that nobody refers to loses its level at a garbage collection. */
    private static final Logger JETTY_LOGGER = Logger.getLogger("org.eclipse.jetty");

    private DemoServer() {}

    @SuppressWarnings("FutureReturnValueIgnored") // the result of the future is not needed
    private static void exitWith(ProcessHandle parent) {
        parent.onExit().thenRun(() -> System.exit(0));
    }

    /** Starts the server, and waits until it has stopped. */
    public static void main(String[] arguments) throws Exception {
        JETTY_LOGGER.setLevel(Level.WARNING);
        if (List.of(arguments).contains(STOP_WITH_PARENT)) {
            ProcessHandle.current().parent().ifPresent(DemoServer::exitWith);
        }
        try {
            run();
        } catch (UnusableSetting e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void run() throws Exception {
        Path war = warFile();
        int port = portSetting("demo.port", 8080);
        int tlsPort = portSetting("demo.tlsPort", 8443);
        String host = System.getProperty("demo.host", "localhost");
        int nodes = nodesSetting();
        if (nodes > 1) {
            int openPort = startNodes(nodes, host, port);
            announce(url("http", host, openPort), List.of());
            Thread.currentThread().join(); // until Ctrl-C
        }
        Path folder = Files.createTempDirectory("hawser-demo");

        Server server = new Server();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder), "demo-stop"));
        Listeners listeners = new Listeners(server, addressesOf(host));
        int openPort = open("demo.port", port, () -> listeners.plain(port));
        int openTlsPort =
                open("demo.tlsPort", tlsPort, () -> listeners.tls(tlsPort, SelfSignedCertificate.create(folder, host)));
        server.setHandler(webApp(war, folder));
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        start(server);

        announce(
                url("http", host, openPort),
                List.of(url("https", host, openTlsPort)
                        + "   (its certificate was made just now; your browser will ask)"));
        server.join();
    }

    private static void announce(String address, List<String> others) {
        System.out.println();
        System.out.println("  The chat is open, in as many tabs as you like:");
        System.out.println();
        System.out.println("    " + address);
        others.forEach(other -> System.out.println("    " + other));
        System.out.println();
        System.out.println("  What the server does, live: " + address + "dashboard.html");
        System.out.println();
        System.out.println("  Ctrl-C stops it.");
        System.out.println();
    }

    private static int nodesSetting() throws UnusableSetting {
        String value = System.getProperty("demo.nodes", "1").strip();
        if (!value.matches("[1-9]")) {
            throw new UnusableSetting("-Ddemo.nodes=" + value + " is not a number from 1 to 9.");
        }
        return Integer.parseInt(value);
    }

    private static int startNodes(int nodes, String host, int port) throws UnusableSetting {
        Path redis = DemoNodes.redisServer()
                .orElseThrow(() -> new UnusableSetting("Several nodes need a Redis, and there is no redis-server in"
                        + " PATH. Install it, or leave out -Ddemo.nodes."));
        try {
            return new DemoNodes().start(nodes, redis, addressesOf(host), port);
        } catch (BindException e) {
            throw new UnusableSetting("Port " + port + " cannot be opened: another program is using it."
                    + " Choose another with -Ddemo.port=<port>.");
        } catch (IOException e) {
            throw new UnusableSetting("The nodes could not be started: " + e.getMessage());
        }
    }

    private static void start(Server server) {
        try {
            server.start();
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(2); // Jetty's threads would keep a process alive that serves nothing
        }
    }

    private static WebAppContext webApp(Path war, Path folder) {
        WebAppContext webApp = new WebAppContext();
        webApp.setContextPath("/");
        webApp.setWar(war.toString());
        webApp.setTempDirectory(folder.resolve("webapp").toFile());
        String redisLib = System.getProperty("demo.redisLib", "");
        if (System.getProperty("demo.redis") != null && !redisLib.isEmpty()) {
            webApp.setExtraClasspath(redisLib + "/*");
        }
        webApp.setThrowUnavailableOnStartupException(true);
        return webApp;
    }

    private static void stop(Server server, Path folder) {
        try {
            server.stop();
        } catch (Exception e) {
            System.err.println("The server did not stop cleanly: " + e);
        }
        deleteTree(folder);
    }

    static void deleteTree(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("The temporary folder " + folder + " could not be deleted: " + e);
        }
    }

    private static Path warFile() throws UnusableSetting {
        String name = System.getProperty("demo.war");
        if (name == null) {
            throw new UnusableSetting("Which WAR? Name it with -Ddemo.war=<file>, or let \"mvn -Pdemo\" do it.");
        }
        Path war = Path.of(name);
        if (!Files.isRegularFile(war)) {
            throw new UnusableSetting("There is no WAR at " + war.toAbsolutePath() + " (set with -Ddemo.war).");
        }
        return war;
    }

    private static int portSetting(String property, int defaultPort) throws UnusableSetting {
        String value = System.getProperty(property, "").strip();
        try {
            int port = value.isEmpty() ? defaultPort : Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of range
        }
        throw new UnusableSetting(
                "-D" + property + "=" + value + " is not a port: a number from 0 to 65535 was expected.");
    }

    private static List<InetAddress> addressesOf(String host) throws UnusableSetting {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new UnusableSetting("This machine does not know the host " + host + " (set with -Ddemo.host).");
        }
    }

    private interface Opening {
        int open() throws IOException;
    }

    private static int open(String property, int port, Opening opening) throws IOException, UnusableSetting {
        try {
            return opening.open();
        } catch (Listeners.CannotListen e) {
            throw new UnusableSetting("Port " + port + " cannot be opened: " + e.getMessage()
                    + ". Choose another with -D" + property + "=<port>.");
        }
    }

    private static String url(String scheme, String host, int port) throws UnknownHostException {
        boolean literal6 = host.contains(":") && InetAddress.getByName(host) instanceof Inet6Address;
        return scheme + "://" + (literal6 ? "[" + host + "]" : host) + ":" + port + "/";
    }

    private static final class UnusableSetting extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableSetting(String message) {
            super(message);
        }
    }
}
