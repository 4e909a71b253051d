package dev.hawser.internal.client;

import dev.hawser.Settings;
import dev.hawser.internal.dispatch.DaemonThreads;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.transport.SelectorLoop;
import jakarta.websocket.DeploymentException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What all client connections of one application share: the selector's thread, the workers, the timer. The context
 * class loader of the thread that connects identifies the application; callbacks get the same loader.
 *
 * <p>{@code ContainerProvider.getWebSocketContainer()} makes a new container each time, as its javadoc says, and many
 * programs call it for each connection. So a container holds only defaults, and everything with a thread is here. A
 * core exists from the first connect until {@link #LINGER} after the end of the last connection; then its threads end,
 * and nothing refers to the class loader any more.
 */
final class ClientCore {
    static final String SELECTOR_THREAD = "hawser-client-selector";

    /** How long threads outlive the last connection. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** How many name lookups and TLS tasks run at the same time. */
    private static final int SIDE_THREADS = 32;

    /**
     * The cores in use, by class loader; an entry is removed when its core ends, so that it does not keep the class
     * loader. Guarded by itself.
     */
    private static final Map<ClassLoader, ClientCore> CORES = new HashMap<>();

    private final ClassLoader classLoader;
    private final SelectorLoop loop;
    private final SideThreads sideThreads = new SideThreads(SIDE_THREADS);
    private final TlsBuffers tlsBuffers = new TlsBuffers();
    private final ContainerRuntime runtime;

    /** Connects under way, and connections whose transport is open. Guarded by {@link #CORES}. */
    private int users;

    private ClientCore(ClassLoader classLoader) {
        Settings settings = Settings.read(System::getProperty, Settings.defaults());
        this.classLoader = classLoader;
        // First, since making the application's extensions may throw.
        this.runtime = new ContainerRuntime("hawser-client", settings, classLoader, ClientCore::lendNone, () -> {
            throw new IllegalStateException("each client session knows its own container");
        });
        this.loop = new SelectorLoop(SELECTOR_THREAD, LINGER, new WithLoop());
    }

    /** One connect and the connection that it makes. The core does not end before this is closed. */
    final class Use implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        ClientCore core() {
            return ClientCore.this;
        }

        /** Calls after the first do nothing. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                synchronized (CORES) {
                    users--;
                }
                loop.reconsider();
            }
        }
    }

    /** A client runs in no container that has threads to lend. */
    private static void lendNone(Runnable task) {
        throw new RejectedExecutionException("a client has no threads but its own");
    }

    /**
     * Begins a use of a class loader's core, which is made if there is none. The core is made outside the lock, because
     * that creates the application's extensions and so runs its code. If two threads make a core at the same time, one
     * of the two is dropped before it has started a thread.
     *
     * @throws IllegalStateException if an extension of the application cannot be made
     */
    static Use use(ClassLoader classLoader) {
        synchronized (CORES) {
            ClientCore present = CORES.get(classLoader);
            if (present != null) {
                return present.begin();
            }
        }
        ClientCore made = new ClientCore(classLoader);
        Use use;
        synchronized (CORES) {
            ClientCore earlier = CORES.putIfAbsent(classLoader, made);
            use = earlier == null ? made.begin() : earlier.begin();
        }
        if (use.core() != made) {
            made.runtime.close(Duration.ZERO);
        }
        return use;
    }

    /** As {@link #use}, for a connect. */
    static Use beginUse(ClassLoader classLoader) throws DeploymentException {
        try {
            return use(classLoader);
        } catch (IllegalStateException e) { // an extension of the application cannot be made
            throw new DeploymentException(e.getMessage(), e);
        }
    }

    /** Called with {@link #CORES} held. */
    private Use begin() {
        users++;
        return new Use();
    }

    /** The core of a class loader, or null if there is none at the moment. */
    static @Nullable ClientCore of(ClassLoader classLoader) {
        synchronized (CORES) {
            return CORES.get(classLoader);
        }
    }

    /**
     * Closes all sessions with 1001, waits for them up to the timeout, and ends all threads. It waits up to a second
     * more for the threads to end. A later connect makes a new core.
     */
    void close(Duration timeout) {
        synchronized (CORES) {
            CORES.remove(classLoader, this);
        }
        loop.hurry();
        runtime.close(timeout);
        loop.reconsider();
        sideThreads.hurry();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        DaemonThreads.awaitEnd(loop.thread(), deadline);
        sideThreads.awaitEnd(deadline);
    }

    ContainerRuntime runtime() {
        return runtime;
    }

    Connector connector(NameResolver resolver) {
        return new Connector(loop, sideThreads, tlsBuffers, resolver);
    }

    SelectorLoop loop() {
        return loop;
    }

    /** Ends the core together with its selector's thread, which notices that nothing is left. */
    private final class WithLoop implements SelectorLoop.Ending {
        @Override
        public boolean mayEnd() {
            synchronized (CORES) {
                if (users > 0 || runtime.registry().size() > 0) {
                    return false;
                }
                CORES.remove(classLoader, ClientCore.this);
                return true;
            }
        }

        @Override
        public void ended() {
            runtime.close(Duration.ZERO);
        }
    }
}
