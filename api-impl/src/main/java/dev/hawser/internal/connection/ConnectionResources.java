package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.dispatch.DaemonThreads;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.memory.MemoryAccount;
import dev.hawser.internal.memory.MemoryWatch;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.Clock;
import dev.hawser.internal.transport.OutboundQueue;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;

/**
 * What the connections of one container share: threads for callbacks, a timer, buffers. Thread-safe. The threads are
 * daemons, named after the container, and end with {@link #close}.
 */
public final class ConnectionResources {
    private final ClassLoader classLoader;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private final DrainDispatcher dispatcher;
    private final DaemonThreads timerThread;
    private final ScheduledExecutorService timer;
    /** The timer of the memory watch, in real time; no other than {@link #timer} unless there is an own time. */
    private final ScheduledExecutorService memoryTimer;

    private final DeadlineQueue deadlines;
    private final MemoryWatch memory;
    private final BufferPool readBuffers = new BufferPool(BufferPool.READ_SIZE);
    private final ReadingLoad readingLoad = new ReadingLoad();
    private final BufferPool writeBuffers = new BufferPool(BufferPool.WRITE_SIZE);
    private final Errand.Maker errands;
    private final Errand.Maker errandsOfApplications;
    private final EncodedText encodedText = new EncodedText();
    private final SharedEncoding sharedEncoding = new SharedEncoding();
    /** Those of the connection that was made last; most have the same, and share them. Any thread may replace them. */
    private ProtocolLimits limits;

    /**
     * @param name begins the names of the threads, such as {@code hawser-/context}
     * @param classLoader the application's class loader, which is the context class loader of its callbacks
     * @param executor lends threads for callbacks while our own cannot be started; {@link OwnTime} replaces them and
     *     the timer
     * @param nanoTime the clock for the deadlines of peers
     * @param account of what the connections hold
     */
    public ConnectionResources(
            String name,
            Settings settings,
            ClassLoader classLoader,
            Executor executor,
            LongSupplier nanoTime,
            MemoryAccount account) {
        this.classLoader = classLoader;
        this.nanoTime = nanoTime;
        this.limits = limitsOf(settings);
        this.clock = clockOf(executor);
        this.dispatcher = new DrainDispatcher(
                name,
                settings.get(Setting.MAX_WORKERS),
                settings.get(Setting.MAX_BLOCKING_THREADS),
                settings.get(Setting.FLUSH_DELAY).toNanos(),
                OutboundQueue.class,
                executor);
        this.errands = new Errand.Maker(dispatcher, false);
        this.errandsOfApplications = new Errand.Maker(dispatcher, true);
        this.timerThread =
                new DaemonThreads(name + "-timer", Thread.currentThread().getContextClassLoader());
        ScheduledExecutorService ours = timer(timerThread);
        OwnTime own = executor instanceof OwnTime given ? given : null;
        this.timer = own == null ? ours : own.timer();
        this.deadlines = new DeadlineQueue(timer, clock);
        // Memory runs short at any time, also while that of a test stands still.
        LongSupplier ofMemory = own == null ? nanoTime : System::nanoTime;
        this.memoryTimer = ours;
        this.memory = new MemoryWatch(settings.get(Setting.MEMORY_BUDGET), ours, ofMemory, account);
    }

    private static ScheduledExecutorService timer(DaemonThreads thread) {
        ScheduledThreadPoolExecutor timer = TimerThreads.timer(thread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /** The clock of a container with this executor. */
    public static Clock clockOf(Executor executor) {
        return executor instanceof OwnTime own ? own : Clock.SYSTEM;
    }

    /** Ends all threads, and interrupts callbacks that still run. Waits some seconds at most for the threads to end. */
    public void close() {
        timer.shutdownNow();
        memoryTimer.shutdownNow();
        deadlines.close();
        long second = Duration.ofSeconds(1).toNanos();
        dispatcher.stop(second);
        timerThread.awaitEnd(System.nanoTime() + second);
        memory.close();
    }

    /** Whether the calling thread is an event loop that runs a callback, so that it must not wait. */
    public boolean onEventLoop() {
        return dispatcher.activeTurns().onEventLoop();
    }

    /** Buffers to borrow for reading. */
    public BufferPool readBuffers() {
        return readBuffers;
    }

    ReadingLoad readingLoad() {
        return readingLoad;
    }

    /** Buffers to borrow for writing. */
    public BufferPool writeBuffers() {
        return writeBuffers;
    }

    /** Watches the memory that the connections hold. */
    public MemoryWatch memory() {
        return memory;
    }

    /** The timer. Its tasks must not block. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** The deadlines of all sessions. */
    DeadlineQueue deadlines() {
        return deadlines;
    }

    /** The application's class loader, which is the context class loader of its callbacks. */
    public ClassLoader classLoader() {
        return classLoader;
    }

    /** The threads for callbacks, and for work that must not delay one. */
    public DrainDispatcher dispatcher() {
        return dispatcher;
    }

    /**
     * Makes errands of a connection.
     *
     * @param mayBlock whether an extension of the application may block with a lock that an errand needs
     */
    Errand.Maker errands(boolean mayBlock) {
        return mayBlock ? errandsOfApplications : errands;
    }

    /** The clock for the deadlines of peers. */
    LongSupplier nanoTime() {
        return nanoTime;
    }

    /** The clock for all other deadlines. */
    public Clock clock() {
        return clock;
    }

    EncodedText encodedText() {
        return encodedText;
    }

    SharedEncoding sharedEncoding() {
        return sharedEncoding;
    }

    /** The limits that an endpoint's settings say. */
    ProtocolLimits limits(Settings settings) {
        ProtocolLimits wanted = limitsOf(settings);
        ProtocolLimits last = limits;
        if (wanted.equals(last)) {
            return last;
        }
        limits = wanted;
        return wanted;
    }

    private static ProtocolLimits limitsOf(Settings settings) {
        return new ProtocolLimits(settings.get(Setting.MAX_EMPTY_FRAGMENTS), settings.get(Setting.MAX_FRAGMENTS));
    }
}
