package dev.hawser.internal.client;

import dev.hawser.ConnectionObserver;
import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.ConnectFailedException.Step;
import dev.hawser.client.HawserClient;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.environment.Environment;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.session.AsyncSendTimeout;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.EstablishedHandshake;
import dev.hawser.internal.session.ForeignProperty;
import dev.hawser.internal.session.FrameExtensions;
import dev.hawser.internal.session.HandshakeExtension;
import dev.hawser.internal.session.RuntimeOwner;
import dev.hawser.internal.session.SessionUri;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.SelectorLoop;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The client side of the Jakarta API. A container is cheap: it holds only defaults, since all connections of an
 * application share their threads. Thread-safe.
 *
 * <p>A connect takes no longer than {@link Setting#CONNECT_TIMEOUT}, whichever step hangs: name lookup, TCP, proxy,
 * TLS, HTTP or onOpen. The calling thread waits. It may be in a callback, but not in one of an endpoint with {@link
 * Dispatch#EVENT_LOOP}. {@link ClientProperties} configure what the standard does not. Callbacks get the context class
 * loader of the connecting thread.
 */
public final class EndpointClientContainer implements HawserClient {
    private final ConnectUse.Source uses;
    private final Map<String, Object> properties = new ConcurrentHashMap<>();
    private final OpenConnections connections = new OpenConnections();
    private final SharedByConnections shared = new SharedByConnections();
    private final Observers observers;

    /**
     * Makes endpoints, coders and configurators; null to find an environment by the context class loader of each
     * connect.
     */
    private final @Nullable Components components;

    /** What {@link Session#getContainer} returns. */
    private final WebSocketContainer container;

    /** Replaced as a whole, under this object's lock. */
    private volatile Settings settings;

    /** A container whose defaults come from the system properties {@code dev.hawser.*}. */
    public EndpointClientContainer() {
        this(NameResolver.system());
    }

    /**
     * The client part of another container, such as a server container, which is the one that the application knows.
     *
     * @param container what {@link Session#getContainer} returns
     * @param components where endpoints, coders and configurators come from
     */
    public EndpointClientContainer(WebSocketContainer container, Components components) {
        this.uses = ConnectUse.sockets(NameResolver.system());
        this.settings = ofSystem();
        this.components = components;
        this.container = container;
        this.observers =
                container instanceof RuntimeOwner owner ? owner.runtime().observers() : Observers.create();
    }

    /**
     * A client whose connections are not sockets, as in a test. Its defaults are the settings of the network's runtime.
     */
    public EndpointClientContainer(ClientNetwork network) {
        this(ConnectUse.of(network), network.runtime().settings());
    }

    EndpointClientContainer(NameResolver resolver) {
        this(ConnectUse.sockets(resolver), ofSystem());
    }

    private EndpointClientContainer(ConnectUse.Source uses, Settings settings) {
        this.uses = uses;
        this.settings = settings;
        this.components = null;
        this.container = this;
        this.observers = Observers.create();
    }

    private static Settings ofSystem() {
        return Settings.read(System::getProperty, Settings.defaults());
    }

    @Override
    public Map<String, Object> getProperties() {
        return properties;
    }

    @Override
    public void addObserver(ConnectionObserver observer) {
        observers.add(observer);
    }

    @Override
    public void removeObserver(ConnectionObserver observer) {
        observers.remove(observer);
    }

    @Override
    public synchronized void setSettings(Settings changed) {
        settings = changed.over(settings);
    }

    @Override
    public Session connectToServer(Object annotatedEndpointInstance, URI path) throws DeploymentException, IOException {
        refuseEventLoop();
        return connect(
                ClientEndpointSource.annotated(
                        shared, components(), annotatedEndpointInstance.getClass(), annotatedEndpointInstance),
                path);
    }

    @Override
    public Session connectToServer(Class<?> annotatedEndpointClass, URI path) throws DeploymentException, IOException {
        refuseEventLoop();
        return connect(ClientEndpointSource.annotated(shared, components(), annotatedEndpointClass, null), path);
    }

    @Override
    public Session connectToServer(Endpoint endpointInstance, ClientEndpointConfig cec, URI path)
            throws DeploymentException, IOException {
        refuseEventLoop();
        return connect(
                ClientEndpointSource.programmatic(shared, endpointInstance.getClass(), endpointInstance, cec), path);
    }

    @Override
    public Session connectToServer(Class<? extends Endpoint> endpointClass, ClientEndpointConfig cec, URI path)
            throws DeploymentException, IOException {
        refuseEventLoop();
        return connect(ClientEndpointSource.programmatic(shared, endpointClass, null, cec), path);
    }

    private Components components() {
        return components == null ? Environment.ofProgram(contextClassLoader()) : components;
    }

    private void refuseEventLoop() {
        connections.refuseIfClosed();
        if (onEventLoop()) {
            throw new IllegalStateException(
                    "connectToServer waits, so it cannot be called in a callback of an endpoint with dispatch"
                            + " event-loop: the connections of this thread would wait, too, and its own may be among"
                            + " them");
        }
    }

    private static boolean onEventLoop() {
        return SelectorLoop.onAnyLoop() || ContainerRuntime.onAnyEventLoop();
    }

    private Session connect(ClientEndpointSource source, URI path) throws DeploymentException, IOException {
        Target target = Target.of(path);
        Settings used = shared.settings(source.declared().over(settings.over(ForeignProperty.settings(properties))));
        source.requireDispatch(used.get(Setting.DISPATCH));
        ConnectionSettings connectionSettings = ConnectionSettings.of(source.config(), properties);
        Deadline deadline = Deadline.after(used.get(Setting.CONNECT_TIMEOUT));
        ConnectUse use = uses.begin(contextClassLoader());
        boolean open = false;
        try {
            ContainerRuntime runtime = use.runtime();
            Components components = components();
            Component<?> endpoint = source.instance(components);
            OpeningHandshake handshake = new OpeningHandshake(
                    use.connecting(),
                    source.config(),
                    connectionSettings,
                    ExtensionOffers.of(runtime.frameExtensions(), used),
                    deadline,
                    used.get(Setting.MAX_HANDSHAKE_HEADER));
            OpeningHandshake.Made made = handshake.open(
                    target,
                    observers,
                    source.plan().endpointClass().getName(),
                    endpoint,
                    opened -> session(runtime, established(source, endpoint, components, used, opened)));
            Session session = start(made.opened(), made.session(), use, deadline);
            open = true;
            return session;
        } finally {
            if (!open) {
                use.close();
            }
        }
    }

    private WebSocketSession session(ContainerRuntime runtime, EstablishedHandshake handshake) {
        if (runtime.isClosing()) {
            throw new IllegalStateException("The application that connects is being stopped");
        }
        return WebSocketSession.of(runtime, handshake, () -> container, observers);
    }

    private static ClassLoader contextClassLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? ClassLoader.getSystemClassLoader() : context;
    }

    private static EstablishedHandshake established(
            ClientEndpointSource source,
            Component<?> endpoint,
            Components components,
            Settings settings,
            OpeningHandshake.Opened opened) {
        OpeningResponse response = opened.response();
        return new EstablishedHandshake(
                Role.CLIENT,
                source.plan(),
                endpoint,
                components,
                source.config(),
                settings,
                SessionUri.of(opened.target().uri()),
                Map.of(),
                null,
                response.subprotocol(),
                response.extensions(),
                response.frameExtensions(),
                null);
    }

    /** Gives the transport to a connection, and waits until the endpoint's onOpen has returned. */
    private Session start(OpeningHandshake.Opened opened, WebSocketSession session, ConnectUse use, Deadline deadline)
            throws IOException {
        boolean done = false;
        try {
            WebSocketConnection connection = session.connection();
            add(connection);
            Runnable ended = () -> {
                connections.remove(connection);
                use.close();
            };
            opened.transport()
                    .start(connection.transportListener(), opened.early(), ended)
                    .get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            if (!session.awaitOpened(deadline.nanoTime())) {
                deadline.remainingNanos();
                throw new IOException("the connection ended before it was open");
            }
            done = true;
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while the connection opened");
        } catch (SocketTimeoutException | TimeoutException e) {
            throw new ConnectFailedException(opened.target().server().toString(), Step.OPEN, deadline.expired());
        } catch (ExecutionException e) {
            throw new IOException("The connection could not be opened: " + e.getCause(), e.getCause());
        } finally {
            if (!done) {
                opened.transport().abort();
            }
        }
    }

    /** @throws IllegalStateException if this container was closed meanwhile */
    private void add(WebSocketConnection connection) {
        boolean added = false;
        try {
            connections.add(connection);
            added = true;
        } finally {
            if (!added) {
                connection.transportListener().onClosed(null); // releases what its extensions own
            }
        }
    }

    @Override
    public void close() {
        connections.close(onEventLoop() ? Duration.ZERO : settings.get(Setting.STOP_TIMEOUT));
    }

    /**
     * Closes all client connections that were made with this context class loader, by any container, and ends their
     * threads. To be called when the application stops. The onClose callbacks have returned when this returns, unless
     * they take longer than the timeout.
     */
    public static void closeAll(ClassLoader classLoader, Duration timeout) {
        ClientCore core = ClientCore.of(classLoader);
        if (core != null) {
            core.close(timeout);
        }
    }

    /**
     * Milliseconds; 0 if nobody has set it, in which case {@code sendTimeout} applies, or if the application has
     * switched the timeout off ({@link AsyncSendTimeout}).
     */
    @Override
    public long getDefaultAsyncSendTimeout() {
        return AsyncSendTimeout.millis(settings);
    }

    @Override
    public void setAsyncSendTimeout(long timeoutmillis) {
        set(Setting.ASYNC_SEND_TIMEOUT, AsyncSendTimeout.setting(timeoutmillis));
    }

    /** Milliseconds; 0 for no timeout. */
    @Override
    public long getDefaultMaxSessionIdleTimeout() {
        return settings.get(Setting.IDLE_TIMEOUT).toMillis();
    }

    @Override
    public void setDefaultMaxSessionIdleTimeout(long timeout) {
        setSettings(Settings.builder().setMillis(Setting.IDLE_TIMEOUT, timeout).build());
    }

    @Override
    public int getDefaultMaxBinaryMessageBufferSize() {
        return settings.get(Setting.MAX_BINARY_MESSAGE_SIZE);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if it is not positive: no limit can be switched off
     */
    @Override
    public void setDefaultMaxBinaryMessageBufferSize(int max) {
        set(Setting.MAX_BINARY_MESSAGE_SIZE, positive(max));
    }

    @Override
    public int getDefaultMaxTextMessageBufferSize() {
        return settings.get(Setting.MAX_TEXT_MESSAGE_SIZE);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if it is not positive: no limit can be switched off
     */
    @Override
    public void setDefaultMaxTextMessageBufferSize(int max) {
        set(Setting.MAX_TEXT_MESSAGE_SIZE, positive(max));
    }

    private static int positive(int max) {
        if (max <= 0) {
            throw new IllegalArgumentException(
                    "A message buffer of " + max + " bytes is not possible; expected 1 or more");
        }
        return max;
    }

    private <T> void set(Setting<T> setting, T value) {
        setSettings(Settings.builder().set(setting, value).build());
    }

    /**
     * The extensions that this client can use, by name: those that the application has added (docs/extensions.md) and
     * the context class loader of the calling thread finds, and permessage-deflate, unless the setting {@code
     * compression} is off. An endpoint without its own list offers them.
     */
    @Override
    public Set<Extension> getInstalledExtensions() {
        Set<Extension> installed = new LinkedHashSet<>();
        FrameExtensions.load(contextClassLoader(), new DeflateCodecs())
                .enabled(settings)
                .forEach(extension -> installed.add(HandshakeExtension.named(extension.name())));
        return installed;
    }
}
