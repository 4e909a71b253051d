package dev.hawser.cli;

import dev.hawser.client.HawserClient;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A WebSocket client for the command line: {@code java -jar hawser-cli.jar wss://example.org/chat}. Lines of standard
 * input are sent, and what is received is written to standard output; all else goes to standard error. {@code --help}
 * has the options, docs/cli.md the examples.
 */
@Command(
        name = "hawser-cli",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis = "java -jar hawser-cli.jar [OPTIONS] ADDRESS",
        description = {
            "Talks WebSocket: sends the lines of standard input, and writes what it receives.",
            "Options may be in a file, one a line: @FILE. So a token need not be on the command line."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all is done: closed with 1000, or without a code",
            "1:wrong usage, or a file that cannot be read",
            "2:no connection: host, port, TLS, or a refused handshake",
            "3:the connection ended otherwise, or an answer did not come",
            "130:Ctrl-C"
        })
public final class Main implements Callable<Integer> {
    /** A field, because a logger that nobody refers to loses its level at a garbage collection. */
    private static final Logger HAWSER = Logger.getLogger("dev.hawser");

    @Parameters(paramLabel = "ADDRESS", description = "ws://HOST[:PORT]/PATH, or wss:// for TLS.")
    private String address = "";

    @Option(
            names = {"-b", "--binary"},
            description = "Send the bytes of standard input as binary messages, and write what comes as it comes.")
    private boolean binary;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Send this instead of standard input. May be repeated.")
    private List<String> messages = new ArrayList<>();

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Leave after so many messages were received, or pings answered.")
    private int count;

    @Option(
            names = {"-w", "--wait"},
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Go on receiving so long after the end of the input; -1 for as long as the server wants"
                    + " (default: 0, which still writes what the server sends before it answers the close).")
    private int wait;

    @Option(
            names = {"-r", "--reconnect"},
            description = "Come back when the connection is lost, later each time.")
    private boolean reconnect;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "10",
            description = "With --reconnect: how many attempts may fail in a row (default: 10).")
    private int attempts;

    @Option(names = "--ping", description = "Send a ping each second instead, and write how long its pong took.")
    private boolean ping;

    @Option(
            names = "--bench",
            paramLabel = "N",
            description =
                    "Put a quick load on a server that echoes: N connections, each of which sends its next message"
                            + " when it has got the last one back.")
    private @Nullable Integer bench;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "With --bench: how long (default: 5).")
    private int seconds;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "With --bench: of a message (default: 128).")
    private int size;

    @Option(
            names = {"-f", "--frames"},
            description = "Show each frame's header: seconds, direction, opcode, length, fin, rsv, close code.")
    private boolean frames;

    @Option(
            names = {"-q", "--quiet"},
            description = "Without notes about the connection.")
    private boolean quiet;

    @Mixin
    private ConnectOptions options = new ConnectOptions();

    /** Made by picocli, which fills the fields. */
    private Main() {}

    /** Runs the tool. */
    public static void main(String[] arguments) {
        HAWSER.setLevel(Level.OFF); // what matters is said here, in a line
        CommandLine command = new CommandLine(new Main());
        command.setParameterExceptionHandler((e, given) -> {
            PrintWriter err = e.getCommandLine().getErr();
            err.println(told(e));
            err.println("--help shows the options.");
            return ExitCode.USAGE;
        });
        command.setUseSimplifiedAtFiles(true);
        System.exit(command.execute(arguments));
    }

    /** The message, without an argument that may be half of a header: a token, if the quotes were forgotten. */
    private static String told(CommandLine.ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unmatched.isUnknownOption()
                    ? "there is no option " + nameOf(unmatched.getUnmatched().get(0))
                    : "there is more than one address: does an option lack its quotes?";
        }
        return String.valueOf(e.getMessage());
    }

    /** Of an option that is misspelt, and may have a header behind its name. */
    private static String nameOf(String option) {
        return option.startsWith("--")
                ? option.split("[^\\w-]", 2)[0]
                : option.substring(0, Math.min(2, option.length()));
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = new Terminal(quiet, Terminal.showsOutput());
        try {
            return run(ConnectOptions.address(address), terminal);
        } catch (UsageException e) {
            terminal.problem(e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private int run(URI server, Terminal terminal) throws UsageException, InterruptedException {
        if (bench != null && (bench < 1 || seconds < 1 || size < 0)) {
            throw new UsageException("--bench and --seconds must be positive");
        }
        ClientEndpointConfig config = options.config();
        HawserClient client = options.client();
        if (options.tls.insecure) {
            terminal.problem("Warning: --insecure, the server may be anybody.");
        }
        if (!frames) {
            return run(client, config, server, terminal);
        }
        try (FrameLog log = new FrameLog(terminal::problem)) {
            client.addObserver(log);
            return run(client, config, server, terminal);
        }
    }

    private int run(HawserClient client, ClientEndpointConfig config, URI server, Terminal terminal)
            throws InterruptedException {
        if (bench != null) {
            return new Bench(client, config, server, size, terminal).run(bench, seconds);
        }
        return ping ? pings(client, config, server, terminal) : converse(client, config, server, terminal);
    }

    private int converse(HawserClient client, ClientEndpointConfig config, URI server, Terminal terminal)
            throws InterruptedException {
        Backoff backoff = reconnect
                ? new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), attempts, RandomGenerator.getDefault())
                : null;
        Conversation conversation = new Conversation(client, config, server, backoff, binary, count, terminal);
        Runtime.getRuntime().addShutdownHook(new Thread(conversation::leaveAndWait, "leave")); // at Ctrl-C
        Duration patience = wait < 0 || count > 0 ? null : Duration.ofSeconds(wait);
        new StandardInput(conversation, System.in, binary, patience, terminal).start(messages);
        return conversation.run();
    }

    private int pings(HawserClient client, ClientEndpointConfig config, URI server, Terminal terminal)
            throws InterruptedException {
        Pings pings = new Pings(terminal);
        Line line = new Line(pings);
        try {
            Session session = client.connectToServer(line, config, server);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> pings.leaveAndWait(session, line), "leave"));
            return pings.run(session, line, count);
        } catch (DeploymentException | IOException e) {
            terminal.problem(e.getMessage());
            return ExitCode.NOT_CONNECTED;
        }
    }

    /** Names the release and the Java that runs it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "hawser-cli " + (version == null ? "(not packaged)" : version) + ", Java "
                        + System.getProperty("java.version")
            };
        }
    }
}
