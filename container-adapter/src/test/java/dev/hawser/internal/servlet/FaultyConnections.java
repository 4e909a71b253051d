package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.HawserContainer;
import dev.hawser.HawserSession;
import dev.hawser.Settings;
import dev.hawser.client.HawserClient;
import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Our servers and our client, and what their endpoints are told while the network between them fails. */
final class FaultyConnections implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Map<String, Life> ON_SERVERS = new ConcurrentHashMap<>();
    private static volatile @Nullable HawserContainer container;

    /** A server, and whether connections to it are secure. */
    record Served(Container container, boolean portable, boolean secure) {
        @Override
        public String toString() {
            return container + (portable ? ", portable" : "") + (secure ? ", TLS" : "");
        }

        private Served plain() {
            return new Served(container, portable, false);
        }

        /** Streams are left out on NIO2, where Tomcat tells some of them the end of the peer as an error. */
        static Stream<Served> all() {
            return Container.underTest()
                    .flatMap(each -> each == Container.TOMCAT && !TomcatTestServer.isOnNio2()
                            ? Stream.of(new Served(each, false, false), new Served(each, true, false))
                            : Stream.of(new Served(each, false, false)))
                    .flatMap(each -> Stream.of(each, new Served(each.container, each.portable, true)));
        }
    }

    /** What one endpoint is told of its session, in order. */
    static final class Life {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<HawserSession> sessions = new LinkedBlockingQueue<>();

        private void opened(Session session) {
            sessions.add((HawserSession) session);
            tell("open");
        }

        private void closed(Session session, CloseReason reason) {
            tell("end " + reason.getCloseCode().getCode() + " " + ((HawserSession) session).getCloseCause());
        }

        private void tell(String event) {
            told.add(event);
            events.add(event);
        }

        List<String> told() {
            return List.copyOf(told);
        }

        /** The next event that is no error. */
        String next() throws InterruptedException {
            String event;
            do {
                event = events.poll(30, TimeUnit.SECONDS);
            } while ("error".equals(event));
            if (event == null) {
                throw new AssertionError("told only " + told + "; the threads: " + ThreadsNow.inOneLine());
            }
            return event;
        }

        /** The end, behind whatever comes before it. */
        String end() throws InterruptedException {
            String event = next();
            while (!event.startsWith("end")) {
                event = next();
            }
            return event;
        }

        HawserSession session() throws InterruptedException {
            HawserSession session = sessions.poll(30, TimeUnit.SECONDS);
            if (session == null) {
                throw new AssertionError("no session; the threads: " + ThreadsNow.inOneLine());
            }
            return session;
        }

        /** Whether it has not begun, or has ended, and both once. */
        boolean isWhole() {
            return count("open") == count("end") && count("open") <= 1 && (told.isEmpty() || last().startsWith("end"));
        }

        private String last() {
            return told.get(told.size() - 1);
        }

        private long count(String begin) {
            return told.stream().filter(event -> event.startsWith(begin)).count();
        }

        @Override
        public String toString() {
            return told.toString();
        }
    }

    @ServerEndpoint("/echo")
    public static class Echo {
        private static Life life(Session session) {
            return ON_SERVERS.computeIfAbsent(String.valueOf(session.getQueryString()), key -> new Life());
        }

        @OnOpen
        public void opened(Session session) {
            container = (HawserContainer) session.getContainer();
            life(session).opened(session);
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnError
        public void failed(Session session, Throwable error) {
            life(session).tell("error");
        }

        @OnClose
        public void closed(Session session, CloseReason reason) {
            life(session).closed(session, reason);
        }
    }

    @ServerEndpoint("/alive")
    @EndpointSettings({"keepAliveInterval=50ms", "pongTimeout=100ms"})
    public static class Alive extends Echo {}

    @ServerEndpoint("/sending")
    @EndpointSettings({"sendTimeout=500ms", "outboundBytes=64MiB"})
    public static class Sending extends Echo {}

    @ServerEndpoint("/patient")
    @EndpointSettings("outboundBytes=64MiB")
    public static class Patient extends Echo {}

    @ServerEndpoint("/closing")
    @EndpointSettings("closeTimeout=200ms")
    public static class Closing extends Echo {}

    /** Of the client. */
    private static final class Recording extends Endpoint {
        private final Life life;

        Recording(Life life) {
            this.life = life;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) text -> life.tell("text " + text));
            life.opened(session);
        }

        @Override
        public void onError(Session session, Throwable error) {
            life.tell("error");
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            life.closed(session, reason);
        }
    }

    /** The two ends of one connection. */
    record Pair(Life client, String tag) {
        Life server() {
            return ON_SERVERS.computeIfAbsent(tag, key -> new Life());
        }
    }

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private final HawserClient client = HawserClient.create();
    private final Map<Served, TestServer> servers = new HashMap<>();
    private final List<Life> ofClients = new CopyOnWriteArrayList<>();
    /** Those of the running test. */
    private final List<FaultyNetwork> networks = new ArrayList<>();

    private final long socketsBefore;

    FaultyConnections() throws Exception {
        for (Served served : Served.all().filter(each -> !each.secure).toList()) {
            Application application = Application.of(
                            Echo.class, Alive.class, Sending.class, Patient.class, Closing.class)
                    // what a test holds up on purpose is more than the budget of this machine's heap
                    .with(Map.of(
                            "dev.hawser.memoryBudget",
                            "0",
                            "dev.hawser.transport",
                            served.portable ? "portable" : "auto"));
            servers.put(served, served.container.start(application));
        }
        socketsBefore = sockets();
    }

    FaultyNetwork networkTo(Served served) throws IOException {
        TestServer server = servers.get(served.plain());
        FaultyNetwork network = new FaultyNetwork(served.secure ? server.tlsPort() : server.port());
        networks.add(network);
        return network;
    }

    /** After each test: one that has failed leaves nothing for which the next ones would wait. */
    void forget() throws IOException {
        for (FaultyNetwork network : networks) {
            network.close();
        }
        networks.clear();
        ofClients.clear();
        ON_SERVERS.clear();
    }

    Pair pair() {
        Life life = new Life();
        ofClients.add(life);
        return new Pair(life, "tag=" + NUMBERS.incrementAndGet());
    }

    /** Connects our client through the network. */
    void connect(Pair pair, FaultyNetwork network, Served served, String path, Settings settings)
            throws DeploymentException, IOException {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .sslContext(new TestCertificate().trustingContext())
                .build();
        settings.applyTo(config.getUserProperties());
        String scheme = served.secure ? "wss" : "ws";
        client.connectToServer(
                new Recording(pair.client),
                config,
                URI.create(scheme + "://127.0.0.1:" + network.port() + path + "?" + pair.tag));
    }

    /** Once the network is gone, every life is whole, and no session is left. */
    void assertNothingIsLeft(FaultyNetwork network) throws Exception {
        network.close();
        await(() ->
                Stream.concat(ofClients.stream(), ON_SERVERS.values().stream()).allMatch(Life::isWhole));
        HawserContainer last = container;
        if (last != null) {
            await(() -> last.getConnectionCounts().sessions() == 0);
            assertEquals(Set.of(), last.getOpenSessions());
        }
        ofClients.clear();
        ON_SERVERS.clear();
    }

    /** The open sockets of this process; -1 where the system does not tell. */
    private static long sockets() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return -1;
        }
        try (Stream<Path> each = Files.list(descriptors)) {
            return each.filter(FaultyConnections::isSocket).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** No socket of a connection is left; then the servers and the client end, and all of their threads. */
    @Override
    public void close() throws Exception {
        await(() -> sockets() <= socketsBefore);
        for (TestServer server : servers.values()) {
            server.close();
        }
        client.close();
        container = null;
        await(() -> left().isEmpty());
    }

    private Set<String> left() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("hawser-") || name.startsWith("faulty-"))
                .collect(Collectors.toSet());
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, ThreadsNow::inOneLine);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
