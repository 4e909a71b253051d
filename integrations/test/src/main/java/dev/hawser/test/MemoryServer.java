package dev.hawser.test;

import dev.hawser.HawserContainer;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.environment.Environment;
import dev.hawser.internal.server.EndpointServerContainer;
import dev.hawser.internal.server.UpgradeDecision;
import dev.hawser.internal.session.ContainerRuntime;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The container of the endpoints under test, and their threads. Thread-safe. */
final class MemoryServer {
    /** Numbers the testers of a JVM, so that a thread dump shows to which one a thread belongs. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** Like browsers, peers compress each message and keep their context. */
    static final Settings OF_PEERS = Settings.builder()
            .set(Setting.COMPRESSION_MIN_SIZE, 1)
            .set(Setting.COMPRESSION_CONTEXT_TAKEOVER, true)
            .build();

    private final String name = "hawser-test-" + NUMBERS.incrementAndGet();
    private final ClassLoader application;
    private final Settings settings;
    private final TestThreads threads;
    private final EndpointServerContainer container;

    /** The client behind connectToServer; null until that is called. */
    private volatile @Nullable EndpointClientContainer client;

    private MemoryServer(
            ClassLoader application,
            Settings settings,
            Components components,
            Function<String, ? extends TestThreads> threads) {
        this.application = application;
        this.settings = settings;
        this.threads = threads.apply(name);
        this.container = new EndpointServerContainer(
                self -> new ContainerRuntime(name, settings, application, components, this.threads.forTurns(), self),
                this::client,
                null);
    }

    /**
     * @param threads makes the threads, with the beginning of their names
     * @throws IllegalArgumentException if an endpoint cannot be deployed
     */
    static MemoryServer start(
            Settings settings,
            Function<String, ? extends TestThreads> threads,
            Map<Class<?>, Supplier<?>> suppliers,
            Map<String, Object> attributes,
            List<Class<?>> annotated,
            List<ServerEndpointConfig> configured) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader application = context == null ? MemoryServer.class.getClassLoader() : context;
        Map<String, Object> given = Map.copyOf(attributes);
        Environment environment = given.isEmpty()
                ? Environment.ofProgram(application)
                : Environment.ofWebApplication(application, given::get);
        MemoryServer server =
                new MemoryServer(application, settings, new GivenObjects(environment, Map.copyOf(suppliers)), threads);
        boolean started = false;
        try {
            server.deploy(annotated, configured);
            started = true;
            return server;
        } catch (DeploymentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    private void deploy(List<Class<?>> annotated, List<ServerEndpointConfig> configured) throws DeploymentException {
        container.deploymentEnded(); // what is invalid is told to the test, and not to the log
        for (Class<?> endpointClass : annotated) {
            container.addEndpoint(endpointClass);
        }
        for (ServerEndpointConfig config : configured) {
            container.addEndpoint(config);
        }
    }

    private WebSocketContainer client() {
        EndpointClientContainer made =
                new EndpointClientContainer(container, container.runtime().components());
        made.setSettings(settings);
        client = made;
        return made;
    }

    /** The beginning of the names of its threads. */
    String name() {
        return name;
    }

    HawserContainer container() {
        return container;
    }

    TestThreads threads() {
        return threads;
    }

    /**
     * The extensions that peers speak: permessage-deflate and those of the application. Like a browser, they compress
     * each message and keep their context if the server agrees.
     */
    List<NegotiableExtension> extensionsOfPeers() {
        return container.runtime().frameExtensions().known(OF_PEERS);
    }

    /** The paths of the endpoints, as they were declared. */
    List<String> paths() {
        return container.paths();
    }

    /**
     * Decides about a handshake, with the application's class loader as context class loader.
     *
     * @throws IllegalStateException if this server is closed
     */
    UpgradeDecision decide(TestRequest request) {
        if (threads.isEnded()) {
            throw new IllegalStateException("The tester is closed");
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(application);
        try {
            return container.upgrade(request);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Closes all sessions, waits for them up to {@link Setting#STOP_TIMEOUT}, and ends the threads. */
    void close() {
        try {
            container.stop();
            EndpointClientContainer own = client;
            if (own != null) {
                own.close();
            }
        } finally {
            threads.end();
        }
    }
}
