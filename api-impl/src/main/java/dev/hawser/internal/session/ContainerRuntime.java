package dev.hawser.internal.session;

import dev.hawser.Settings;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.ConnectionResources;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.log.RepeatedErrors;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import jakarta.websocket.CloseReason;
import jakarta.websocket.WebSocketContainer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the sessions of one container share: the registry, and what their connections share. Made by the server or
 * client container, and closed with it. Thread-safe. Its threads are daemons, named after the container, and end with
 * {@link #close}.
 */
public final class ContainerRuntime {
    /** Those that are not closed, so that a client can ask whether it is called on the event loop of any server. */
    private static final Set<ContainerRuntime> LIVE = ConcurrentHashMap.newKeySet();

    private final Settings settings;
    private final Components components;
    private final Supplier<? extends WebSocketContainer> container;
    private final ConnectionResources resources;
    private final SessionRegistry registry = new SessionRegistry();
    private final DeflateCodecs deflateCodecs = new DeflateCodecs();
    private final RepeatedErrors repeatedErrors = new RepeatedErrors(System::nanoTime);
    private final FrameExtensions frameExtensions;
    private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final String idPrefix;
    private volatile boolean closing;

    /** A runtime in no environment that injects. */
    public ContainerRuntime(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Executor executor,
            Supplier<? extends WebSocketContainer> container) {
        this(name, settings, classLoader, Components.plain(), executor, container);
    }

    /**
     * @param name begins the names of the threads, such as {@code hawser-/context}
     * @param classLoader the application's: the context class loader of its callbacks
     * @param components where the objects of the application's classes come from
     * @param executor lends a thread for callbacks while none of the runtime's own can be started
     * @param container what {@code Session.getContainer} answers
     * @throws IllegalStateException if an extension of the application cannot be made, see {@link FrameExtensions}
     */
    public ContainerRuntime(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Components components,
            Executor executor,
            Supplier<? extends WebSocketContainer> container) {
        this(name, settings, classLoader, components, executor, container, System::nanoTime);
    }

    /** @param nanoTime the clock of what is expected of peers */
    ContainerRuntime(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Components components,
            Executor executor,
            Supplier<? extends WebSocketContainer> container,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.components = components;
        this.container = container;
        this.frameExtensions = FrameExtensions.load(classLoader, deflateCodecs);
        this.resources = new ConnectionResources(name, settings, classLoader, executor, nanoTime);
        this.idPrefix = Long.toString(new SecureRandom().nextLong() & Long.MAX_VALUE, 36) + "-";
        LIVE.add(this);
    }

    /** The container's settings; each endpoint's own lie over them. */
    public Settings settings() {
        return settings;
    }

    /** Where the objects of the application's classes come from. */
    public Components components() {
        return components;
    }

    /** What belongs to this container and is known by its class: made when it is asked for first. */
    public <T> T companion(Class<T> type, Function<ContainerRuntime, T> maker) {
        return type.cast(companions.computeIfAbsent(type, key -> maker.apply(this)));
    }

    /** The open sessions. */
    public SessionRegistry registry() {
        return registry;
    }

    /** Whether {@link #close} has begun, so that handshakes are to be refused with 503. */
    public boolean isClosing() {
        return closing;
    }

    /** What can be negotiated in handshakes of this container. */
    public FrameExtensions frameExtensions() {
        return frameExtensions;
    }

    /** Where the native memory of compression comes from; how much of it is in use can be asked at any time. */
    public DeflateCodecs deflateCodecs() {
        return deflateCodecs;
    }

    /** What its connections share. */
    public ConnectionResources resources() {
        return resources;
    }

    /** Whether the calling thread is an event loop that runs a callback, so that it must not wait. */
    public boolean onEventLoop() {
        return resources.onEventLoop();
    }

    /**
     * The same for the runtimes of all containers that this class serves: whoever waits there holds up all connections
     * of that loop.
     */
    public static boolean onAnyEventLoop() {
        return LIVE.stream().anyMatch(ContainerRuntime::onEventLoop);
    }

    /**
     * Closes every session with 1001, those too whose handshake has been accepted and whose transport opens meanwhile,
     * waits until their closing handshakes and onClose callbacks are done and their transports are gone, or the timeout
     * has passed, cuts what is left, and ends all threads; callbacks that still run on them are interrupted.
     */
    public void close(Duration timeout) {
        closing = true;
        long deadline = System.nanoTime() + timeout.toNanos();
        CloseReason reason = stopReason();
        for (RegisteredSession session : registry.all()) {
            try {
                session.closeAtStop(reason);
            } catch (Throwable e) {
                // It is cut below, at the latest; the others are to be told.
            }
        }
        if (!registry.awaitLast(deadline)) {
            for (RegisteredSession session : registry.all()) {
                try {
                    session.cut("the application stops");
                } catch (Throwable e) {
                    // Nothing more can be done for it, but for the others.
                }
            }
            registry.awaitEmpty(System.nanoTime()
                    + Math.min(timeout.toNanos(), Duration.ofSeconds(1).toNanos()));
        }
        LIVE.remove(this);
        resources.close();
        deflateCodecs.close();
        companions.values().forEach(ContainerRuntime::closeCompanion);
    }

    private static void closeCompanion(Object companion) {
        if (companion instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("a companion closes without exceptions", e);
            }
        }
    }

    /** What peers and endpoints are told when the container stops. */
    public static CloseReason stopReason() {
        return new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the application stops");
    }

    /** The application's: the context class loader of its callbacks. */
    public ClassLoader classLoader() {
        return resources.classLoader();
    }

    WebSocketContainer container() {
        return container.get();
    }

    /** The threads for callbacks, and for what must not hold one up. */
    public DrainDispatcher dispatcher() {
        return resources.dispatcher();
    }

    RepeatedErrors repeatedErrors() {
        return repeatedErrors;
    }

    /** Unique among all containers, and not to be guessed from another container's. */
    String nextSessionId() {
        return idPrefix + Long.toString(ids.incrementAndGet(), 36);
    }
}
