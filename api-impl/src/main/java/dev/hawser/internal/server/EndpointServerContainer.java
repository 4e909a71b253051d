package dev.hawser.internal.server;

import dev.hawser.ConnectionCounts;
import dev.hawser.ConnectionObserver;
import dev.hawser.HandshakeRejectedException;
import dev.hawser.HawserContainer;
import dev.hawser.HawserSession;
import dev.hawser.MemoryCounts;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.protocol.handshake.ServerHandshake;
import dev.hawser.internal.session.AsyncSendTimeout;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.HandshakeExtension;
import dev.hawser.internal.session.RuntimeOwner;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ServerContainer} of one application, without servlets: it deploys endpoints, and answers opening
 * handshakes. A servlet adapter passes it the requests. Thread-safe.
 *
 * <p>Endpoints may be added at any time. Until {@link #deploymentEnded()}, an invalid endpoint takes all endpoints of
 * the application out of service, those added before and after it (Jakarta WebSocket 5.2.1). Later only the invalid
 * endpoint fails.
 */
public final class EndpointServerContainer implements HawserContainer, RuntimeOwner {
    private final ContainerRuntime runtime;
    private final ContainerDefaults defaults;
    private final OpeningHandshake openingHandshake;
    private final ClientConnections client;
    private final @Nullable HttpUpgrade httpUpgrade;
    private final EndpointDeployment deployment;
    private final UnmappedPlans unmappedPlans = new UnmappedPlans();
    private final AtomicBoolean stopped = new AtomicBoolean();
    /** Does {@link ServerContainer#upgradeHttpToWebSocket} in a servlet container. */
    public interface HttpUpgrade {
        /**
         * Asks {@link EndpointServerContainer#upgrade(UpgradeRequest, ServerEndpointConfig, Map)} and carries out its
         * decision.
         */
        void upgrade(Object request, Object response, ServerEndpointConfig config, Map<String, String> pathParameters)
                throws IOException, DeploymentException;
    }

    /**
     * A container without endpoints.
     *
     * @param runtime makes the runtime; its argument gives the container that {@code Session.getContainer} returns
     * @param client makes the client container at the first connect to a server
     * @param httpUpgrade null if there are no servlets
     */
    public EndpointServerContainer(
            Function<Supplier<WebSocketContainer>, ContainerRuntime> runtime,
            Supplier<? extends WebSocketContainer> client,
            @Nullable HttpUpgrade httpUpgrade) {
        this.runtime = runtime.apply(() -> this);
        this.defaults = new ContainerDefaults(this.runtime.settings());
        this.deployment = new EndpointDeployment(this.runtime.components(), defaults);
        this.openingHandshake = new OpeningHandshake(
                this.runtime,
                new Admission(System::nanoTime, this.runtime.resources().memory()));
        this.client = new ClientConnections(client);
        this.httpUpgrade = httpUpgrade;
    }

    /** The runtime of this container's sessions. The creator of this container closes it. */
    @Override
    public ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    public Set<HawserSession> getOpenSessions() {
        Set<HawserSession> open = new LinkedHashSet<>();
        for (HawserSession session : runtime.registry().all()) {
            if (session.isOpen()) {
                open.add(session);
            }
        }
        return open;
    }

    @Override
    public ConnectionCounts getConnectionCounts() {
        return openingHandshake.admission().counts();
    }

    @Override
    public void addObserver(ConnectionObserver observer) {
        runtime.observers().add(observer);
    }

    @Override
    public void removeObserver(ConnectionObserver observer) {
        runtime.observers().remove(observer);
    }

    @Override
    public MemoryCounts getMemoryCounts() {
        return runtime.resources().memory().counts();
    }

    @Override
    public void stop() {
        if (stopped.compareAndSet(false, true)) {
            runtime.close(runtime.settings().get(Setting.STOP_TIMEOUT));
        }
    }

    /** Whether there is no endpoint, so that no request can be for one. One volatile read. */
    public boolean isEmpty() {
        return deployment.isEmpty();
    }

    /** Whether an endpoint is deployed for this path. */
    public boolean serves(String path) {
        return deployment.match(path) != null;
    }

    /** See {@link EndpointDeployment#paths}. */
    public List<String> paths() {
        return deployment.paths();
    }

    /** See {@link EndpointDeployment#isAdded}. */
    public boolean isAdded(Class<?> endpointClass) {
        return deployment.isAdded(endpointClass);
    }

    /** Deploys an annotated class. A class that is already deployed is ignored (Jakarta WebSocket 6.4). */
    @Override
    public void addEndpoint(Class<?> endpointClass) throws DeploymentException {
        deployment.add(endpointClass);
    }

    @Override
    public void addEndpoint(ServerEndpointConfig serverConfig) throws DeploymentException {
        deployment.add(serverConfig);
    }

    /**
     * Deploys the selected endpoints, in their order.
     *
     * @throws DeploymentException for the first invalid endpoint; then none is in service
     */
    public void deploy(EndpointSelection selection) throws DeploymentException {
        for (Class<?> endpointClass : selection.annotated()) {
            deployment.add(endpointClass);
        }
        for (ServerEndpointConfig config : selection.configured()) {
            deployment.add(config);
        }
    }

    /** See {@link EndpointDeployment#fail}. */
    public void fail(DeploymentException cause) {
        deployment.fail(cause);
    }

    /** Called when the application has started: from now on an invalid endpoint fails alone. */
    public void deploymentEnded() {
        deployment.end();
        runtime.components().started();
    }

    /**
     * Decides about a request for a deployed endpoint. Called on the request's thread, with the application's class
     * loader as context class loader.
     */
    public UpgradeDecision upgrade(UpgradeRequest request) {
        if (deployment.isEmpty() || !ServerHandshake.isAskedFor(request)) {
            return UpgradeDecision.NotOurs.INSTANCE;
        }
        EndpointMap.Match<DeployedEndpoint> match = deployment.match(request.path());
        if (match == null) {
            return UpgradeDecision.NotOurs.INSTANCE;
        }
        return openingHandshake.decide(attempt(request, match.endpoint(), match.pathParameters(request::decoded)));
    }

    /**
     * Decides about a request for an endpoint that is not deployed under a path: the core of {@link
     * #upgradeHttpToWebSocket}.
     *
     * @param pathParameters null counts as empty, and null names and values are left out
     * @throws DeploymentException if the endpoint is invalid
     * @throws IllegalStateException if the request is not a well-formed opening handshake
     */
    public UpgradeDecision upgrade(
            UpgradeRequest request, ServerEndpointConfig config, @Nullable Map<String, String> pathParameters)
            throws DeploymentException {
        Map<String, String> parameters = withoutNulls(pathParameters);
        Settings settings = defaults.settings();
        UnmappedPlans.Known known = unmappedPlans.of(config, parameters.keySet());
        // The code that upgrades a request has already checked it, so the default does not check its origin again.
        DeployedEndpoint endpoint = DeployedEndpoint.unmapped(config, known, settings);
        ServerHandshake handshake;
        try {
            handshake = ServerHandshake.validate(request);
        } catch (HandshakeRejectedException e) {
            throw new IllegalStateException("The request cannot be upgraded: " + e.getMessage(), e);
        }
        return openingHandshake.answer(attempt(request, endpoint, parameters), handshake);
    }

    private static Map<String, String> withoutNulls(@Nullable Map<String, String> pathParameters) {
        Map<String, String> present = new LinkedHashMap<>();
        if (pathParameters != null) {
            pathParameters.forEach((name, value) -> {
                if (name != null && value != null) {
                    present.put(name, value);
                }
            });
        }
        return Collections.unmodifiableMap(present);
    }

    @Override
    public void upgradeHttpToWebSocket(
            Object httpServletRequest,
            Object httpServletResponse,
            ServerEndpointConfig sec,
            Map<String, String> pathParameters)
            throws IOException, DeploymentException {
        if (httpUpgrade == null) {
            throw new UnsupportedOperationException("This WebSocket container is not part of a servlet container");
        }
        httpUpgrade.upgrade(httpServletRequest, httpServletResponse, sec, pathParameters);
    }

    @Override
    public Session connectToServer(Object annotatedEndpointInstance, URI path) throws DeploymentException, IOException {
        return client.container().connectToServer(annotatedEndpointInstance, path);
    }

    @Override
    public Session connectToServer(Class<?> annotatedEndpointClass, URI path) throws DeploymentException, IOException {
        return client.container().connectToServer(annotatedEndpointClass, path);
    }

    @Override
    public Session connectToServer(Endpoint endpointInstance, ClientEndpointConfig cec, URI path)
            throws DeploymentException, IOException {
        return client.container().connectToServer(endpointInstance, cec, path);
    }

    @Override
    public Session connectToServer(Class<? extends Endpoint> endpointClass, ClientEndpointConfig cec, URI path)
            throws DeploymentException, IOException {
        return client.container().connectToServer(endpointClass, cec, path);
    }

    /**
     * Milliseconds; 0 if nobody has set it, in which case {@code sendTimeout} applies, or if the application has
     * switched the timeout off ({@link AsyncSendTimeout}).
     */
    @Override
    public long getDefaultAsyncSendTimeout() {
        return AsyncSendTimeout.millis(defaults.settings());
    }

    @Override
    public void setAsyncSendTimeout(long timeoutmillis) {
        defaults.set(Setting.ASYNC_SEND_TIMEOUT, AsyncSendTimeout.setting(timeoutmillis));
        client.set("asyncSendTimeout", container -> container.setAsyncSendTimeout(timeoutmillis));
    }

    /** Milliseconds; 0 for no timeout. */
    @Override
    public long getDefaultMaxSessionIdleTimeout() {
        return defaults.millis(Setting.IDLE_TIMEOUT);
    }

    @Override
    public void setDefaultMaxSessionIdleTimeout(long timeout) {
        defaults.setMillis(Setting.IDLE_TIMEOUT, timeout);
        client.set("idleTimeout", container -> container.setDefaultMaxSessionIdleTimeout(timeout));
    }

    @Override
    public int getDefaultMaxBinaryMessageBufferSize() {
        return defaults.settings().get(Setting.MAX_BINARY_MESSAGE_SIZE);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if it is not positive: no limit can be switched off
     */
    @Override
    public void setDefaultMaxBinaryMessageBufferSize(int max) {
        defaults.setSize(Setting.MAX_BINARY_MESSAGE_SIZE, max);
        client.set("binary", container -> container.setDefaultMaxBinaryMessageBufferSize(max));
    }

    @Override
    public int getDefaultMaxTextMessageBufferSize() {
        return defaults.settings().get(Setting.MAX_TEXT_MESSAGE_SIZE);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if it is not positive: no limit can be switched off
     */
    @Override
    public void setDefaultMaxTextMessageBufferSize(int max) {
        defaults.setSize(Setting.MAX_TEXT_MESSAGE_SIZE, max);
        client.set("text", container -> container.setDefaultMaxTextMessageBufferSize(max));
    }

    /**
     * The extensions that this application's sessions can use, by name: the application's own (docs/extensions.md) and
     * permessage-deflate, unless the setting {@code compression} is off. An endpoint may declare more for itself.
     */
    @Override
    public Set<Extension> getInstalledExtensions() {
        Set<Extension> installed = new LinkedHashSet<>();
        runtime.frameExtensions()
                .enabled(defaults.settings())
                .forEach(extension -> installed.add(HandshakeExtension.named(extension.name())));
        return installed;
    }

    /** Shows this container to JMX, until its runtime is closed. */
    public void showToJmx(String context) {
        ContainerBean.show(this, runtime, context);
    }

    OpeningHandshake openingHandshake() {
        return openingHandshake;
    }

    private OpeningHandshake.Attempt attempt(
            UpgradeRequest request, DeployedEndpoint endpoint, Map<String, String> pathParameters) {
        return new OpeningHandshake.Attempt(request, endpoint, pathParameters, defaults.settings());
    }
}
