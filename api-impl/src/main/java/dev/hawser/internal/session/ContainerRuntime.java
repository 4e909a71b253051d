package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.dispatch.DaemonThreads;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.log.RepeatedErrors;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.OutboundQueue;
import jakarta.websocket.CloseReason;
import jakarta.websocket.WebSocketContainer;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the sessions of one container share: worker threads, one timer, buffers, the registry. Made by the server or
 * client container, and closed with it. Thread-safe. Its threads are daemons, named after the container, and end with
 * {@link #close}.
 */
public final class ContainerRuntime {
    private static final SecureRandom SEED = new SecureRandom();

    /** Those that are not closed, so that a client can ask whether it is called on the event loop of any server. */
    private static final Set<ContainerRuntime> LIVE = ConcurrentHashMap.newKeySet();

    private final LongSupplier nanoTime;
    private final Settings settings;
    private final ClassLoader classLoader;
    private final Components components;
    private final Supplier<? extends WebSocketContainer> container;
    private final DrainDispatcher dispatcher;
    private final DaemonThreads timerThread;
    private final ScheduledThreadPoolExecutor timer;
    private final BufferPool readBuffers = new BufferPool(BufferPool.READ_SIZE);
    private final BufferPool writeBuffers = new BufferPool(BufferPool.WRITE_SIZE);
    private final SessionRegistry registry = new SessionRegistry();
    private final EncodedText encodedText = new EncodedText();
    private final SharedEncoding sharedEncoding = new SharedEncoding();
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
        this.nanoTime = nanoTime;
        this.settings = settings;
        this.classLoader = classLoader;
        this.components = components;
        this.container = container;
        this.frameExtensions = FrameExtensions.load(classLoader, deflateCodecs);
        this.dispatcher = new DrainDispatcher(
                name,
                settings.get(Setting.MAX_WORKERS),
                settings.get(Setting.MAX_BLOCKING_THREADS),
                settings.get(Setting.FLUSH_DELAY).toNanos(),
                OutboundQueue.class,
                executor);
        this.timerThread =
                new DaemonThreads(name + "-timer", Thread.currentThread().getContextClassLoader());
        this.timer = new ScheduledThreadPoolExecutor(1, timerThread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        synchronized (SEED) {
            this.idPrefix = Long.toString(SEED.nextLong() & Long.MAX_VALUE, 36) + "-";
        }
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

    /** Buffers to borrow for reading. */
    public BufferPool readBuffers() {
        return readBuffers;
    }

    /** Buffers to borrow for writing. */
    public BufferPool writeBuffers() {
        return writeBuffers;
    }

    /** Whether the calling thread is an event loop that runs a callback, so that it must not wait. */
    public boolean onEventLoop() {
        return dispatcher.activeTurns().onEventLoop();
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
        timer.shutdownNow();
        long second = Duration.ofSeconds(1).toNanos();
        dispatcher.stop(second);
        timerThread.awaitEnd(System.nanoTime() + second);
        deflateCodecs.close();
    }

    /** What peers and endpoints are told when the container stops. */
    static CloseReason stopReason() {
        return new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the application stops");
    }

    /** The application's: the context class loader of its callbacks. */
    public ClassLoader classLoader() {
        return classLoader;
    }

    WebSocketContainer container() {
        return container.get();
    }

    /** The threads for callbacks, and for what must not hold one up. */
    public DrainDispatcher dispatcher() {
        return dispatcher;
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    RepeatedErrors repeatedErrors() {
        return repeatedErrors;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    EncodedText encodedText() {
        return encodedText;
    }

    SharedEncoding sharedEncoding() {
        return sharedEncoding;
    }

    /** Unique among all containers, and not to be guessed from another container's. */
    String nextSessionId() {
        return idPrefix + Long.toString(ids.incrementAndGet(), 36);
    }

    /**
     * Masking keys of clients (RFC 6455 5.3: from a strong source of entropy, so that scripts cannot choose the bytes
     * on the wire).
     */
    static int nextMaskingKey() {
        return MaskingKeys.next();
    }

    /** Spreads {@code nanos} by up to a tenth either way, so that timers of many sessions do not fire together. */
    static long jittered(long nanos) {
        long tenth = Math.max(nanos / 10, 1);
        return nanos - tenth + ThreadLocalRandom.current().nextLong(2 * tenth);
    }

    private static final class MaskingKeys {
        private static final int BATCH = 1024;
        private static final byte[] BYTES = new byte[BATCH * 4];
        /** Guarded by BYTES. */
        private static int used = BATCH;

        static int next() {
            synchronized (BYTES) {
                if (used == BATCH) {
                    SEED.nextBytes(BYTES);
                    used = 0;
                }
                return ByteBuffer.wrap(BYTES, used++ * 4, 4).getInt();
            }
        }
    }
}
