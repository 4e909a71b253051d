package dev.hawser.test;

import dev.hawser.Settings;
import dev.hawser.client.HawserClient;
import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs client endpoints in memory, for tests, and the test plays the server. Handshake, redirects, frames, sessions,
 * coders, threads and closes are those of Hawser's client; only name lookup, TCP, proxy and TLS are left out.
 *
 * <pre>{@code
 * try (ClientTester tester = ClientTester.create()) {
 *     TestConnect connect = tester.connect(Prices.class, "ws://prices.example/eur?day=today");
 *     TestPeer server = connect.expectHandshake().accept();
 *     server.expectText("subscribe");
 *     server.sendText("1.08");
 *     server.close(1001);
 *     server.expectClose(1001);
 * }
 * }</pre>
 *
 * <p>Every connect reaches the test, whatever the host is. Handshakes of {@link #connect} go to its {@link
 * TestConnect}; all others, such as those of an endpoint that connects again in {@code onClose}, to {@link
 * #expectHandshake}.
 *
 * <p>Callbacks run in the order of an {@link EndpointTester}, but the connects have threads of their own. Time stands
 * still until {@link #advance}, except for {@code connectTimeout}, by default 10 seconds, within which a test must
 * answer. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ClientTester implements AutoCloseable {
    private final MemoryClient network;
    private final EndpointClientContainer client;
    private final Duration deadline;

    private ClientTester(MemoryClient network, EndpointClientContainer client, Duration deadline) {
        this.network = network;
        this.client = client;
        this.deadline = deadline;
    }

    /** A tester with the default settings. */
    public static ClientTester create() {
        return builder().start();
    }

    /** A tester with settings, or another deadline. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The client container, for code that connects by itself, and for its properties, such as how many redirects it
     * follows. Sessions return it from {@code getContainer}. Its {@code connectToServer} waits until the test has
     * answered, so it must not be called on the test's thread.
     */
    public HawserClient client() {
        return client;
    }

    /**
     * Begins to connect an object of a class with {@code @ClientEndpoint}.
     *
     * @param uri with the scheme {@code ws} or {@code wss}
     * @throws IllegalArgumentException if that is no URI
     */
    public TestConnect connect(Object annotatedEndpoint, String uri) {
        URI server = URI.create(uri);
        return begin(() -> client.connectToServer(annotatedEndpoint, server));
    }

    /** Begins to connect a new object of a class with {@code @ClientEndpoint}; see {@link #connect(Object, String)}. */
    public TestConnect connect(Class<?> annotatedEndpointClass, String uri) {
        URI server = URI.create(uri);
        return begin(() -> client.connectToServer(annotatedEndpointClass, server));
    }

    /**
     * Begins to connect a programmatic endpoint; see {@link #connect(Object, String)}.
     *
     * @param config null for the defaults
     */
    public TestConnect connect(Endpoint endpoint, @Nullable ClientEndpointConfig config, String uri) {
        URI server = URI.create(uri);
        ClientEndpointConfig given = orDefault(config);
        return begin(() -> client.connectToServer(endpoint, given, server));
    }

    /**
     * Begins to connect a new object of a programmatic endpoint's class; see {@link #connect(Object, String)}.
     *
     * @param config null for the defaults
     */
    public TestConnect connect(
            Class<? extends Endpoint> endpointClass, @Nullable ClientEndpointConfig config, String uri) {
        URI server = URI.create(uri);
        ClientEndpointConfig given = orDefault(config);
        return begin(() -> client.connectToServer(endpointClass, given, server));
    }

    private static ClientEndpointConfig orDefault(@Nullable ClientEndpointConfig config) {
        return config == null ? ClientEndpointConfig.Builder.create().build() : config;
    }

    private TestConnect begin(TestConnect.Call call) {
        TestConnect connect = new TestConnect(deadline);
        connect.begin(network, call);
        return connect;
    }

    /**
     * Expects a handshake of a connect that the code under test makes, with {@link #client} or with the container of a
     * session. They come in the order of their requests.
     *
     * @throws AssertionError if none comes within the deadline
     */
    public ReceivedHandshake expectHandshake() {
        return network.arrivals().take(deadline);
    }

    /**
     * Whether connects fail from now on, like those to a port on which nobody listens, with a {@code
     * ConnectFailedException}. Open connections stay open.
     */
    public void refuseConnections(boolean refuse) {
        network.unreachable(refuse);
    }

    /**
     * Waits until a condition holds, such as that a callback has run. It is asked often, on the calling thread.
     *
     * @param what what is awaited, for the message
     * @throws AssertionError if it does not hold within the deadline, or if the thread is interrupted
     */
    public void await(String what, BooleanSupplier condition) {
        Expectations.holds(what, condition, deadline);
    }

    /** Lets time pass for the clients, as {@link EndpointTester#advance} does for server endpoints. */
    public void advance(Duration time) {
        network.advance(Expectations.notNegative(time));
    }

    /**
     * Closes all sessions with 1001, lets connects fail that wait for an answer, and ends all threads. Peers that do
     * not answer are not waited for; callbacks that do not return are, up to {@code stopTimeout}. All threads are
     * daemons. A second call has no effect.
     */
    @Override
    public void close() {
        network.hangUp();
        try {
            client.close();
        } finally {
            network.close();
        }
    }

    /**
     * How a tester's client is set up. Not thread-safe.
     *
     * <pre>{@code
     * ClientTester tester = ClientTester.builder()
     *         .settings(Settings.builder().set(Setting.COMPRESSION, true).build())
     *         .start();
     * }</pre>
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private Settings settings = Settings.defaults();
        private Duration deadline = Duration.ofSeconds(10);
        private boolean realThreads;

        private Builder() {}

        /** The client's settings; if this is not called, the defaults, whatever the system properties are. */
        public Builder settings(Settings clientSettings) {
            this.settings = clientSettings;
            return this;
        }

        /**
         * How long an expectation waits, in real time; 10 seconds if this is not called.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder deadline(Duration time) {
            this.deadline = Expectations.positive(time);
            return this;
        }

        /** Runs the callbacks on Hawser's worker threads, like {@link EndpointTester.Builder#realThreads}. */
        public Builder realThreads() {
            this.realThreads = true;
            return this;
        }

        /** Starts the tester, whose context class loader is that of the calling thread. */
        public ClientTester start() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            ClassLoader application = context == null ? ClientTester.class.getClassLoader() : context;
            MemoryClient network =
                    new MemoryClient(settings, application, TestThreads.of(realThreads, deadline), deadline);
            return new ClientTester(network, new EndpointClientContainer(network), deadline);
        }
    }
}
