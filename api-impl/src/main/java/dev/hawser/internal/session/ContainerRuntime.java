package dev.hawser.internal.session;

import dev.hawser.CloseCause;
import dev.hawser.Settings;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.connection.ConnectionResources;
import dev.hawser.internal.dispatch.BlockedTurns;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.log.RepeatedErrors;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.observe.FlightRecording;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import jakarta.websocket.CloseReason;
import jakarta.websocket.WebSocketContainer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the sessions of one container share: the registry, and the resources of their connections. The server or client
 * container makes and closes it. Thread-safe. Its threads are daemons, named after the container, and end with {@link
 * #close}.
 */
public final class ContainerRuntime {
    /**
     * The resources of the runtimes that are not closed, so that a client can check whether it is called on the event
     * loop of any server.
     */
    private static final Set<ConnectionResources> LIVE = ConcurrentHashMap.newKeySet();

    private static final long BETWEEN_CLOSES = Duration.ofMillis(1).toNanos();

    private final Settings settings;
    private final Components components;
    private final Supplier<? extends WebSocketContainer> container;
    private final ConnectionResources resources;
    private final SessionRegistry registry = new SessionRegistry();
    private final Observers observers = Observers.create();
    private final DeflateCodecs deflateCodecs = new DeflateCodecs();
    private final RepeatedErrors repeatedErrors = new RepeatedErrors(System::nanoTime);
    private final FrameExtensions frameExtensions;
    private final FrameLogSwitch frameLog;
    private final BlockedTurns blockedTurns;
    private final SessionWatch watch;
    /** How many sessions have ended, by their cause. */
    private final Map<CloseCause, LongAdder> ends = new ConcurrentHashMap<>();

    private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final String idPrefix;
    private volatile boolean closing;

    /** A runtime in an environment without injection. */
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
     * @param classLoader the application's class loader, which is the context class loader of its callbacks
     * @param components makes the objects of the application's classes
     * @param executor lends threads for callbacks while the runtime cannot start its own; see also {@link
     *     dev.hawser.internal.connection.OwnTime}
     * @param container gives what {@code Session.getContainer} returns
     * @throws IllegalStateException if an extension of the application cannot be made, see {@link FrameExtensions}
     */
    public ContainerRuntime(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Components components,
            Executor executor,
            Supplier<? extends WebSocketContainer> container) {
        this(
                name,
                settings,
                classLoader,
                components,
                executor,
                container,
                ConnectionResources.clockOf(executor)::nanoTime,
                new MemoryAccount());
    }

    /**
     * @param nanoTime the clock for the deadlines of peers
     * @param memory the account of what connections hold, which runtimes share
     */
    ContainerRuntime(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Components components,
            Executor executor,
            Supplier<? extends WebSocketContainer> container,
            LongSupplier nanoTime,
            MemoryAccount memory) {
        this.settings = settings;
        this.components = components;
        this.container = container;
        this.frameExtensions = FrameExtensions.load(classLoader, deflateCodecs);
        this.resources = new ConnectionResources(name, settings, classLoader, executor, nanoTime, memory);
        this.frameLog = new FrameLogSwitch(observers);
        this.blockedTurns = new BlockedTurns(resources.dispatcher().activeTurns(), System::nanoTime);
        this.watch = new SessionWatch(resources.timer(), blockedTurns);
        resources.memory().tells(observers::memoryBudgetReached);
        this.idPrefix = Long.toString(new SecureRandom().nextLong() & Long.MAX_VALUE, 36) + "-";
        LIVE.add(resources);
        FlightRecording.containerStarts();
    }

    /** The container's settings; those of an endpoint win over them. */
    public Settings settings() {
        return settings;
    }

    /** Makes the objects of the application's classes. */
    public Components components() {
        return components;
    }

    /**
     * An object that belongs to this container, by its class. It is made at the first call, and closed with this
     * runtime.
     */
    public <T> T companion(Class<T> type, Function<ContainerRuntime, T> maker) {
        return type.cast(companions.computeIfAbsent(type, key -> maker.apply(this)));
    }

    /** The open sessions. */
    public SessionRegistry registry() {
        return registry;
    }

    /** Who is told what happens to the connections of this container. */
    public Observers observers() {
        return observers;
    }

    /** How many sessions have ended for this cause. */
    public long ends(CloseCause cause) {
        LongAdder count = ends.get(cause);
        return count == null ? 0 : count.sum();
    }

    void ended(CloseCause cause) {
        ends.computeIfAbsent(cause, unseen -> new LongAdder()).increment();
    }

    /** Decides whose frames are logged. */
    public FrameLogSwitch frameLog() {
        return frameLog;
    }

    /** Callbacks that do not return. */
    public BlockedTurns blockedTurns() {
        return blockedTurns;
    }

    /** Looks at what nobody tells, while there are sessions. */
    SessionWatch watch() {
        return watch;
    }

    /** Whether {@link #close} has begun, so that handshakes must be refused with 503. */
    public boolean isClosing() {
        return closing;
    }

    /** The extensions that handshakes of this container can negotiate. */
    public FrameExtensions frameExtensions() {
        return frameExtensions;
    }

    /** The deflaters and inflaters, and with them the native memory of compression. */
    public DeflateCodecs deflateCodecs() {
        return deflateCodecs;
    }

    /** The resources of the connections. */
    public ConnectionResources resources() {
        return resources;
    }

    /** Whether the calling thread is an event loop that runs a callback, so that it must not wait. */
    public boolean onEventLoop() {
        return resources.onEventLoop();
    }

    /**
     * Whether the calling thread is an event loop of any container, and runs a callback: a thread that waits on an
     * event loop stops all connections of that loop.
     */
    public static boolean onAnyEventLoop() {
        return LIVE.stream().anyMatch(ConnectionResources::onEventLoop);
    }

    /**
     * Closes every session with 1001, also those whose transport opens meanwhile. The closes are a
     * millisecond apart, within half of the timeout: peers that are all told at once come back all at once. Waits until
     * their closing handshakes and onClose callbacks are done and their transports are closed, or the timeout has
     * passed, and cuts those that are left. Then ends all threads; callbacks that still run are interrupted.
     */
    public void close(Duration timeout) {
        closing = true;
        long deadline = System.nanoTime() + timeout.toNanos();
        closeSessions(timeout.toNanos() / 2);
        if (!registry.awaitLast(deadline)) {
            for (RegisteredSession session : registry.all()) {
                try {
                    session.cut("the application stops", CloseCause.STOPPED);
                } catch (Throwable e) {
                    // Nothing more can be done for the session; the others must still be cut.
                }
            }
            registry.awaitEmpty(System.nanoTime()
                    + Math.min(timeout.toNanos(), Duration.ofSeconds(1).toNanos()));
        }
        if (LIVE.remove(resources)) {
            FlightRecording.containerEnds();
        }
        resources.close();
        deflateCodecs.close();
        companions.values().forEach(ContainerRuntime::closeCompanion);
        RecordMethods.forgetLast();
    }

    /** It does not wait between closes on an interrupted thread, or on an event loop, whose timeout is zero. */
    private void closeSessions(long mostNanos) {
        CloseReason reason = stopReason();
        List<RegisteredSession> open = registry.all();
        long apart = open.isEmpty() ? 0 : Math.min(BETWEEN_CLOSES, mostNanos / open.size());
        long next = System.nanoTime();
        for (RegisteredSession session : open) {
            registry.awaitEmpty(next);
            next += apart;
            try {
                session.closeAtStop(reason);
            } catch (Throwable e) {
                // The session is cut at the latest; the others must still be closed.
            }
        }
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

    /** The close reason for peers and endpoints when the container stops. */
    public static CloseReason stopReason() {
        return new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the application stops");
    }

    /** The application's class loader, which is the context class loader of its callbacks. */
    public ClassLoader classLoader() {
        return resources.classLoader();
    }

    WebSocketContainer container() {
        return container.get();
    }

    /** The threads for callbacks, and for work that must not delay one. */
    public DrainDispatcher dispatcher() {
        return resources.dispatcher();
    }

    RepeatedErrors repeatedErrors() {
        return repeatedErrors;
    }

    /** An id that is unique among all containers, and cannot be guessed from another container's ids. */
    String nextSessionId() {
        return idPrefix + Long.toString(ids.incrementAndGet(), 36);
    }
}
