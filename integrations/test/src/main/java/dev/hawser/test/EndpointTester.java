package dev.hawser.test;

import dev.hawser.HawserContainer;
import dev.hawser.Settings;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.server.UpgradeDecision;
import jakarta.websocket.server.ServerEndpointConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs server endpoints in memory, for tests. Handshake, frames, sessions, coders, threads and closes are those of
 * Hawser; only the network is simulated. It needs no port, no server and no servlet API.
 *
 * <pre>{@code
 * try (EndpointTester tester = EndpointTester.of(Chat.class)) {
 *     TestPeer peer = tester.connect("/chat/harbour");
 *     peer.sendText("hi");
 *     peer.expectText("hi");
 *     peer.close(1000);
 *     peer.expectClose(1000);
 * }
 * }</pre>
 *
 * <p>Callbacks run one at a time, in the order in which they became due, on a thread of the tester, so that two runs of
 * a test do the same; {@link Builder#realThreads} gives the threads of production. What a peer does returns once all
 * that is due has run. A callback that waits does not stop the others: they run meanwhile, and what it does when it
 * goes on has no fixed order. For the endpoints' timeouts and pings, time stands still until {@link
 * #advance}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class EndpointTester implements AutoCloseable {
    private final MemoryServer server;
    private final Duration deadline;
    private final Queue<TestPeer> peers = new ConcurrentLinkedQueue<>();

    private EndpointTester(MemoryServer server, Duration deadline) {
        this.server = server;
        this.deadline = deadline;
    }

    /**
     * A tester of annotated endpoints, with the default settings.
     *
     * @throws IllegalArgumentException if one cannot be deployed; the message says why
     */
    public static EndpointTester of(Class<?>... endpointClasses) {
        Builder builder = builder();
        for (Class<?> endpointClass : endpointClasses) {
            builder.endpoint(endpointClass);
        }
        return builder.start();
    }

    /** A tester with settings, a deadline, or programmatic endpoints. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Connects a peer with a plain handshake, and returns once {@code onOpen} has returned; {@link #handshake} makes
     * handshakes with headers, users and more.
     *
     * @param target the path, percent-encoded where it must be, and perhaps a query
     * @throws AssertionError if the handshake is refused, if no endpoint has this path, or if {@code onOpen} does not
     *     return within the deadline
     * @throws IllegalArgumentException if the target is not a path and perhaps a query
     * @throws IllegalStateException if this tester is closed
     */
    public TestPeer connect(String target) {
        return handshake(target).connect();
    }

    /**
     * A handshake to which headers, a user, an origin or subprotocols can be added before it is sent.
     *
     * @throws IllegalArgumentException if the target is not a path and perhaps a query
     */
    public TestHandshake handshake(String target) {
        return new TestHandshake(this, target);
    }

    /** The container of the endpoints: the one that {@code Session.getContainer} returns. */
    public HawserContainer container() {
        return server.container();
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

    /**
     * Lets time pass for the endpoints, which otherwise stands still: first runs all that is due, then goes from one
     * timeout or ping that becomes due to the next, and runs the callbacks of each. An hour takes a moment.
     *
     * @param time zero runs only what is due now
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException in a callback, with {@linkplain Builder#realThreads real threads}, or if this
     *     tester is closed
     * @throws AssertionError if callbacks still run, and do not wait, after the tester's deadline
     */
    public void advance(Duration time) {
        server.threads().advance(Expectations.notNegative(time));
    }

    /**
     * Stops the endpoints as a server that stops: peers get 1001, and handshakes 503. Returns when all sessions have
     * ended, or after {@code stopTimeout}.
     */
    public void stop() {
        server.container().stop();
    }

    /**
     * Stops the endpoints and ends all threads. Peers that do not answer are not waited for; callbacks that do not
     * return are, up to {@code stopTimeout}. All threads are daemons, so a tester that nobody closes does not keep the
     * test's JVM alive. A second call has no effect.
     */
    @Override
    public void close() {
        peers.forEach(TestPeer::giveUp);
        try {
            server.close();
        } finally {
            peers.forEach(TestPeer::release);
        }
    }

    TestPeer connect(TestRequest request) {
        String path = request.target().getPath();
        UpgradeDecision decision = server.decide(request);
        if (!(decision instanceof UpgradeDecision.Accepted accepted)) {
            throw new AssertionError("The handshake for " + path + " was refused with "
                    + refusal(decision).description());
        }
        boolean opened = false;
        try {
            TestPeer peer = opened(request, accepted);
            opened = true;
            return peer;
        } finally {
            if (!opened) {
                release(accepted);
            }
        }
    }

    private TestPeer opened(TestRequest request, UpgradeDecision.Accepted accepted) {
        PeerHandshake handshake = checked(request, accepted);
        Transcript transcript = new Transcript();
        PeerInbox inbox = new PeerInbox(Role.CLIENT, transcript, handshake.frameExtensions());
        MemoryTransport transport =
                new MemoryTransport(accepted.connection().transportListener(), server.threads(), inbox, request.ends());
        TestPeer peer = new TestPeer(
                accepted::session,
                transport,
                inbox,
                PeerOutput.of(Role.CLIENT, transport, transcript, handshake),
                transcript,
                new Expectations(request.target().getPath(), inbox, transcript, deadline),
                handshake);
        peers.add(peer);
        transport.open(ByteBuffer.allocate(0));
        transport.settle();
        return peer;
    }

    private PeerHandshake checked(TestRequest request, UpgradeDecision.Accepted accepted) {
        try {
            return PeerHandshake.of(
                    request, accepted.status(), readOnly(accepted.headers()), server.extensionsOfPeers());
        } catch (RemoteProtocolException e) {
            throw new AssertionError("A client would not accept the answer to its handshake: " + e.getMessage(), e);
        }
    }

    /** How long an expectation waits. */
    Duration deadline() {
        return deadline;
    }

    RefusedHandshake refused(TestRequest request, int status) {
        UpgradeDecision decision = server.decide(request);
        String expected = "Expected that the handshake for " + request.target().getPath() + " is refused with " + status
                + ", but it was ";
        if (decision instanceof UpgradeDecision.Accepted accepted) {
            release(accepted);
            throw new AssertionError(expected + "accepted");
        }
        RefusedHandshake refused = refusal(decision);
        if (refused.status() != status) {
            throw new AssertionError(expected + "refused with " + refused.description());
        }
        return refused;
    }

    private static void release(UpgradeDecision.Accepted accepted) {
        accepted.connection().transportListener().onClosed(null);
    }

    private RefusedHandshake refusal(UpgradeDecision decision) {
        if (decision instanceof UpgradeDecision.Rejected rejected) {
            return new RefusedHandshake(rejected.status(), readOnly(rejected.headers()), rejected.body());
        }
        return new RefusedHandshake(404, Map.of(), "No endpoint answers. There are: " + server.paths());
    }

    private static Map<String, List<String>> readOnly(Map<String, List<String>> headers) {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        return Collections.unmodifiableMap(copy);
    }

    /**
     * What a tester runs. Not thread-safe.
     *
     * <pre>{@code
     * EndpointTester tester = EndpointTester.builder()
     *         .endpoint(ServerEndpointConfig.Builder.create(Echo.class, "/echo").build())
     *         .settings(Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 100).build())
     *         .start();
     * }</pre>
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final List<Class<?>> annotated = new ArrayList<>();
        private final List<ServerEndpointConfig> configured = new ArrayList<>();
        private final Map<Class<?>, Supplier<?>> suppliers = new HashMap<>();
        private final Map<String, Object> attributes = new HashMap<>();
        private Settings settings = Settings.defaults();
        private Duration deadline = Duration.ofSeconds(10);
        private boolean realThreads;

        private Builder() {}

        /** Adds an endpoint class with {@code @ServerEndpoint}. */
        public Builder endpoint(Class<?> endpointClass) {
            annotated.add(endpointClass);
            return this;
        }

        /**
         * Adds an endpoint class with {@code @ServerEndpoint} whose objects the test makes, with a fake inside, say:
         *
         * <pre>{@code
         * builder.endpoint(Chat.class, () -> new Chat(new FakeHistory()))
         * }</pre>
         *
         * <p>The supplier is called where a container would call the constructor or its injection: usually once for
         * each session, on the thread of the handshake. If it throws, the handshake is refused with 500. The class
         * must still be one that a server can deploy: with a public constructor that has no parameters, or one with
         * injection. A {@code Configurator} that overrides {@code getEndpointInstance} makes its own.
         */
        public <T> Builder endpoint(Class<T> endpointClass, Supplier<? extends T> objects) {
            suppliers.put(endpointClass, objects);
            return endpoint(endpointClass);
        }

        /** Adds a programmatic endpoint. */
        public Builder endpoint(ServerEndpointConfig config) {
            configured.add(config);
            return this;
        }

        /**
         * An attribute of the application, as a {@code ServletContext} has them. Injection is found by such attributes
         * (docs/injection.md); with Spring's context endpoints, coders and configurators are beans, or autowired:
         *
         * <pre>{@code
         * builder.attribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context)
         * }</pre>
         */
        public Builder attribute(String name, Object value) {
            attributes.put(name, value);
            return this;
        }

        /** The container's settings; if this is not called, the defaults, whatever the system properties are. */
        public Builder settings(Settings containerSettings) {
            this.settings = containerSettings;
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

        /**
         * Runs the callbacks on Hawser's worker threads, as in production: several at a time, and in no fixed order.
         * Time is real then, and peers do not wait for the callbacks. It is for tests of what happens at the same
         * time, and for endpoints that send without end.
         */
        public Builder realThreads() {
            this.realThreads = true;
            return this;
        }

        /**
         * Deploys the endpoints.
         *
         * @throws IllegalArgumentException if one cannot be deployed; the message says why
         */
        public EndpointTester start() {
            return new EndpointTester(
                    MemoryServer.start(
                            settings,
                            TestThreads.of(realThreads, deadline),
                            suppliers,
                            attributes,
                            annotated,
                            configured),
                    deadline);
        }
    }
}
