package dev.hawser.test;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.internal.client.ClientNetwork;
import dev.hawser.internal.protocol.handshake.ServerHandshake;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.transport.ClientTransport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The network of the clients under test: each connect reaches the test. Thread-safe. */
final class MemoryClient implements ClientNetwork {
    /** Numbers the testers of a JVM, so that a thread dump shows to which one a thread belongs. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** The first of the ports that systems give to clients; the number of a connection tells it apart from others. */
    private static final int FIRST_PORT = 49_152;

    private static final int PORTS = 65_536 - FIRST_PORT;

    /** In a thread that connects for a {@link TestConnect}: where its handshakes go. */
    private static final ThreadLocal<@Nullable Arrivals> OWN = new ThreadLocal<>();

    private final String name = "hawser-client-test-" + NUMBERS.incrementAndGet();
    private final Duration deadline;
    private final TestThreads threads;
    private final ContainerRuntime runtime;
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<ClientLine> lines = new ConcurrentLinkedQueue<>();

    /** Handshakes of connects that the code under test makes. */
    private final Arrivals arrivals = new Arrivals();

    private volatile boolean unreachable;

    /** @param threads makes the threads, with the beginning of their names */
    MemoryClient(
            Settings settings,
            ClassLoader application,
            Function<String, ? extends TestThreads> threads,
            Duration deadline) {
        this.deadline = deadline;
        this.threads = threads.apply(name);
        this.runtime = new ContainerRuntime(name, settings, application, this.threads.forTurns(), () -> {
            throw new IllegalStateException("each client session knows its own container");
        });
    }

    @Override
    public ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    public ClientTransport open(URI uri) throws IOException {
        if (unreachable) {
            throw new ConnectException("Connection refused");
        }
        boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        InetAddress host = InetAddress.getLoopbackAddress();
        InetSocketAddress local = new InetSocketAddress(host, FIRST_PORT + connections.getAndIncrement() % PORTS);
        MemoryTransport.Ends ends = new MemoryTransport.Ends(new InetSocketAddress(host, port), local, secure);

        ServerInbox inbox = new ServerInbox();
        SessionOfLine session = new SessionOfLine(runtime.registry(), local);
        MemoryClientTransport.Listeners listeners = new MemoryClientTransport.Listeners(session::find);
        MemoryTransport memory = new MemoryTransport(listeners, threads, inbox, ends);
        Arrivals ofThread = OWN.get();
        ClientLine line = new ClientLine(
                new Transcript(),
                inbox,
                memory,
                session,
                new AtomicReference<>(),
                ofThread == null ? arrivals : ofThread);
        inbox.requests(bytes -> arrive(line, bytes));
        lines.add(line);
        if (unreachable) { // since the look above; hangUp may not have seen this line
            line.giveUp();
            throw new ConnectException("Connection refused");
        }
        return new MemoryClientTransport(memory, listeners);
    }

    private void arrive(ClientLine line, byte[] bytes) {
        ReceivedRequest request = ReceivedRequest.of(bytes);
        if (request != null) {
            line.inbox().requests(more -> {}); // whatever comes before the answer is none
            line.arrivals().add(new ReceivedHandshake(line, request, valid(request), extensionsOfPeers(), deadline));
        }
    }

    private static ServerHandshake valid(ReceivedRequest request) {
        try {
            return ServerHandshake.validate(request);
        } catch (HandshakeRejectedException e) {
            throw new IllegalStateException("A server would refuse the request of this client: " + e.getMessage(), e);
        }
    }

    private List<NegotiableExtension> extensionsOfPeers() {
        return runtime.frameExtensions().known(MemoryServer.OF_PEERS);
    }

    /** Runs a connect whose handshakes go to these arrivals. */
    void connecting(Arrivals to, Runnable connect) {
        OWN.set(to);
        try {
            connect.run();
        } finally {
            OWN.remove();
        }
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** The beginning of the names of its threads. */
    String name() {
        return name;
    }

    void unreachable(boolean now) {
        unreachable = now;
    }

    /** Connects that wait for an answer fail, and so do later ones, and nobody waits for peers that do not answer. */
    void hangUp() {
        unreachable = true;
        lines.forEach(ClientLine::giveUp);
    }

    /** Lets time pass for the sessions. */
    void advance(Duration time) {
        threads.advance(time);
    }

    /** Closes all sessions, waits for them up to {@link Setting#STOP_TIMEOUT}, and ends the threads. */
    void close() {
        try {
            runtime.close(runtime.settings().get(Setting.STOP_TIMEOUT));
        } finally {
            threads.end();
            lines.forEach(ClientLine::release);
        }
    }
}
