package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Dispatch;
import dev.hawser.EndpointSettings;
import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointClientContainerTest {
    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    /** What the annotated endpoint was told. */
    static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    @ClientEndpoint(subprotocols = {"a", "b"})
    public static class Annotated {
        @OnOpen
        public void open(Session session) {
            TOLD.add("open");
        }

        @OnMessage
        public void message(String text) {
            TOLD.add(text);
        }

        @OnClose
        public void close(CloseReason reason) {
            TOLD.add("close " + reason.getCloseCode().getCode());
        }
    }

    @ClientEndpoint
    public static class NoSuchParameter {
        @OnMessage
        public void message(Thread parameter) {
            TOLD.add("never");
        }
    }

    @ClientEndpoint
    public static class NoConstructor {
        public NoConstructor(String text) {}
    }

    @ClientEndpoint
    @EndpointSettings("maxWorkers=1")
    public static class SettingOfContainers {}

    @ClientEndpoint
    @EndpointSettings("dispatch=event-loop")
    public static class BlockingOnTheEventLoop {
        @OnMessage
        public void message(InputStream in) {
            TOLD.add("never");
        }
    }

    @ClientEndpoint
    @EndpointSettings("dispatch=virtual-threads")
    public static class OnVirtualThreads extends Annotated {}

    @Test
    void connectsEndpointsOfAllFourKinds() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        try (EchoSelector server = new EchoSelector()) {
            TOLD.clear();
            echoes(container.connectToServer(Annotated.class, server.uri()));
            echoes(container.connectToServer(new Annotated(), server.uri()));
            assertTrue(container
                    .connectToServer(RecordingEndpoint.class, config, server.uri())
                    .isOpen());
            assertTrue(container
                    .connectToServer(new RecordingEndpoint(), config, server.uri())
                    .isOpen());
        }
    }

    @Test
    void aSessionKnowsTheContainerThatMadeIt() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        try (EchoSelector server = new EchoSelector();
                EndpointClientContainer other = new EndpointClientContainer()) {
            Session one = container.connectToServer(new RecordingEndpoint(), config, server.uri());
            Session two = other.connectToServer(new RecordingEndpoint(), config, server.uri());
            assertSame(container, one.getContainer());
            assertSame(other, two.getContainer());
        }
    }

    @Test
    void aSessionOfAClientSaysWhyItEnded() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        RecordingEndpoint closed = new RecordingEndpoint();
        RecordingEndpoint stopped = new RecordingEndpoint();
        try (EchoSelector server = new EchoSelector()) {
            EndpointClientContainer other = new EndpointClientContainer();
            HawserSession one = (HawserSession) container.connectToServer(closed, config, server.uri());
            HawserSession two = (HawserSession) other.connectToServer(stopped, config, server.uri());
            assertNull(one.getCloseCause());
            one.close();
            assertEquals(1000, closed.nextCloseCode());
            assertEquals(CloseCause.CLOSED_BY_APPLICATION, one.getCloseCause());
            other.close();
            assertEquals(1001, stopped.nextCloseCode());
            assertEquals(CloseCause.STOPPED, two.getCloseCause());
        }
    }

    /** The API's own ClientEndpointConfig takes null for a value. */
    @Test
    void aUserPropertyThatIsNullIsNone() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        config.getUserProperties().put("token", null);
        config.getUserProperties().put("user", "joe");
        try (EchoSelector server = new EchoSelector()) {
            Session session = container.connectToServer(new RecordingEndpoint(), config, server.uri());
            assertEquals(Map.of("user", "joe"), session.getUserProperties());
        }
    }

    private static void echoes(Session session) throws Exception {
        assertEquals("open", TOLD.poll(), "onOpen has returned when connectToServer returns");
        session.getBasicRemote().sendText("abc");
        assertEquals("abc", TOLD.poll(30, TimeUnit.SECONDS));
        session.close();
        assertEquals("close 1000", TOLD.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aBadlyFormedEndpointIsRefusedBeforeAnythingIsSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            URI uri = server.uri("/");
            assertRefused(uri, NoSuchParameter.class, "method message(Thread): @OnMessage takes");
            assertRefused(uri, Object.class, "must carry @ClientEndpoint itself");
            assertRefused(uri, BlockingOnTheEventLoop.class, "asks for dispatch event-loop");
            assertRefused(uri, NoConstructor.class, "must have a public constructor without parameters");
            assertRefused(uri, SettingOfContainers.class, "maxWorkers is a setting of the whole container");
            assertTrue(server.heads.isEmpty());
        }
    }

    @Test
    void virtualThreadsAreRefusedWhereThereAreNone() throws Exception {
        try (EchoSelector server = new EchoSelector()) {
            if (Dispatch.VIRTUAL_THREADS.isSupported()) {
                TOLD.clear();
                echoes(container.connectToServer(OnVirtualThreads.class, server.uri()));
            } else {
                assertRefused(
                        server.uri(),
                        OnVirtualThreads.class,
                        "needs Java 21 or later, and this is Java "
                                + Runtime.version().feature());
            }
        }
    }

    private void assertRefused(URI uri, Class<?> endpoint, String rule) {
        String message = assertThrows(DeploymentException.class, () -> container.connectToServer(endpoint, uri))
                .getMessage();
        assertTrue(message.contains(endpoint.getTypeName()) && message.contains(rule), message);
    }

    @Test
    void theServiceLoaderFindsANewContainerEachTime() {
        WebSocketContainer first = ContainerProvider.getWebSocketContainer();
        assertInstanceOf(EndpointClientContainer.class, first);
        first.setDefaultMaxSessionIdleTimeout(12_345);
        WebSocketContainer second = ContainerProvider.getWebSocketContainer();
        assertNotSame(first, second);
        assertEquals(0, second.getDefaultMaxSessionIdleTimeout());
    }

    @Test
    void theDefaultsOfTheContainerAreThoseOfItsSessions() throws Exception {
        container.setDefaultMaxSessionIdleTimeout(12_345);
        container.setDefaultMaxTextMessageBufferSize(100);
        container.setDefaultMaxBinaryMessageBufferSize(200);
        container.setAsyncSendTimeout(3_000);
        assertThrows(IllegalArgumentException.class, () -> container.setDefaultMaxTextMessageBufferSize(0));
        try (EchoSelector server = new EchoSelector()) {
            Session session = container.connectToServer(new Annotated(), server.uri());
            assertEquals(12_345, session.getMaxIdleTimeout());
            assertEquals(100, session.getMaxTextMessageBufferSize());
            assertEquals(200, session.getMaxBinaryMessageBufferSize());
            assertEquals(3_000, session.getAsyncRemote().getSendTimeout());
            assertEquals(3_000, container.getDefaultAsyncSendTimeout());
        }
    }

    /**
     * Its javadoc: a value that is not positive means no timeout of its own. Whoever writes -1 wants sends that wait,
     * not sends that fail at once.
     */
    @Test
    void noTimeoutForAsynchronousSendsLeavesAllSendsTheirTime() throws Exception {
        container.setAsyncSendTimeout(-1);
        CountDownLatch reads = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.send(ScriptedServer.accept(peer.head()));
            await(reads);
            peer.in.transferTo(OutputStream.nullOutputStream());
        })) {
            Session session = container.connectToServer(new Annotated(), server.uri("/"));
            assertEquals(0, container.getDefaultAsyncSendTimeout());
            // More than the buffers of both sockets take: the send has to wait for the peer.
            ByteBuffer big = ByteBuffer.allocate(16 * 1024 * 1024);
            Future<Void> sent = session.getAsyncRemote().sendBinary(big);
            assertThrows(TimeoutException.class, () -> sent.get(200, TimeUnit.MILLISECONDS), "it waits");
            assertTrue(session.isOpen());
            reads.countDown();
            sent.get(30, TimeUnit.SECONDS);
            session.getBasicRemote().sendBinary(big.flip());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCallbackMayConnect() throws Exception {
        CompletableFuture<String> nested = new CompletableFuture<>();
        try (EchoSelector server = new EchoSelector()) {
            URI uri = server.uri();
            container.connectToServer(
                    new Endpoint() {
                        @Override
                        public void onOpen(Session session, EndpointConfig config) {
                            try {
                                RecordingEndpoint inner = new RecordingEndpoint();
                                Session second = container.connectToServer(
                                        inner,
                                        ClientEndpointConfig.Builder.create().build(),
                                        uri);
                                second.getBasicRemote().sendText("inner");
                                nested.complete(inner.nextMessage());
                            } catch (Exception e) {
                                nested.completeExceptionally(e);
                            }
                        }
                    },
                    ClientEndpointConfig.Builder.create().build(),
                    uri);
            assertEquals("inner", nested.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aCallbackOnTheEventLoopMustNotConnect() throws Exception {
        CompletableFuture<Session> nested = new CompletableFuture<>();
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        Settings.builder().set(Setting.DISPATCH, Dispatch.EVENT_LOOP).build().applyTo(config.getUserProperties());
        try (EchoSelector server = new EchoSelector()) {
            URI uri = server.uri();
            Endpoint connecting = new Endpoint() {
                @Override
                public void onOpen(Session session, EndpointConfig ignored) {
                    session.addMessageHandler(String.class, (MessageHandler.Whole<String>) text -> {
                        try {
                            nested.complete(container.connectToServer(new Annotated(), uri));
                        } catch (Exception e) {
                            nested.completeExceptionally(e);
                        }
                    });
                }
            };
            container.connectToServer(connecting, config, uri).getBasicRemote().sendText("go");
            Exception failed = assertThrows(Exception.class, () -> nested.get(30, TimeUnit.SECONDS));
            assertInstanceOf(IllegalStateException.class, failed.getCause());
        }
    }

    @Test
    void callbacksHaveTheContextClassLoaderOfTheConnect() throws Exception {
        BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (EchoSelector server = new EchoSelector();
                URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(application);
            Session session;
            try {
                session = container.connectToServer(
                        new Endpoint() {
                            @Override
                            public void onOpen(Session opened, EndpointConfig config) {
                                seen.add(Thread.currentThread().getContextClassLoader());
                            }

                            @Override
                            public void onClose(Session closed, CloseReason reason) {
                                seen.add(Thread.currentThread().getContextClassLoader());
                            }
                        },
                        ClientEndpointConfig.Builder.create().build(),
                        server.uri());
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            session.close();
            assertSame(application, seen.poll(30, TimeUnit.SECONDS));
            assertSame(application, seen.poll(30, TimeUnit.SECONDS));
            SocketTransportTest.await(() -> ClientCore.of(application) == null);
        }
    }

    @Test
    void closingAContainerClosesItsSessionsAndNoOthers() throws Exception {
        RecordingEndpoint mine = new RecordingEndpoint();
        RecordingEndpoint other = new RecordingEndpoint();
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        try (EchoSelector server = new EchoSelector();
                EndpointClientContainer second = new EndpointClientContainer()) {
            container.connectToServer(mine, config, server.uri());
            Session unharmed = second.connectToServer(other, config, server.uri());
            container.close();
            assertEquals(1001, mine.nextCloseCode());
            assertTrue(unharmed.isOpen());
            URI uri = server.uri();
            assertThrows(IllegalStateException.class, () -> container.connectToServer(mine, config, uri));
        }
    }

    @Test
    void stoppingAnApplicationClosesAllItsSessionsAndThreads() throws Exception {
        RecordingEndpoint first = new RecordingEndpoint();
        RecordingEndpoint second = new RecordingEndpoint();
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        SocketTransportTest.await(() -> ClientCore.of(loader) == null); // of another test
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        try (EchoSelector server = new EchoSelector()) {
            ContainerProvider.getWebSocketContainer().connectToServer(first, config, server.uri());
            URI byName = URI.create("ws://localhost:" + server.uri().getPort()); // looked up in a thread of its own
            ContainerProvider.getWebSocketContainer().connectToServer(second, config, byName);
            EndpointClientContainer.closeAll(loader, Duration.ofSeconds(5));
            assertEquals(1001, first.closeCodes.poll());
            assertEquals(1001, second.closeCodes.poll());
            assertNull(ClientCore.of(loader));
            assertEquals(List.of(), clientThreads(others), "Tomcat looks for threads now, and warns of a leak");
            assertTrue(container.connectToServer(new Annotated(), server.uri()).isOpen(), "a new start is possible");
        }
    }

    @Test
    void allThreadsEndSomeTimeAfterTheLastConnection() throws Exception {
        try (EchoSelector server = new EchoSelector()) {
            container.connectToServer(new Annotated(), server.uri());
            assertFalse(clientThreads().isEmpty());
            container.close();
            SocketTransportTest.await(() -> clientThreads().isEmpty());
            assertNull(ClientCore.of(Thread.currentThread().getContextClassLoader()));
        }
    }

    @Test
    void aThousandClientsNeedAHandfulOfThreads() throws Exception {
        int clients = 1_000;
        AtomicInteger answers = new AtomicInteger();
        List<Session> sessions = new ArrayList<>();
        long descriptors = ConnectDeadlineTest.openDescriptors();
        try (EchoSelector server = new EchoSelector()) {
            for (int i = 0; i < clients; i++) {
                Endpoint counting = new Endpoint() {
                    @Override
                    public void onOpen(Session session, EndpointConfig config) {
                        session.addMessageHandler(
                                String.class, (MessageHandler.Whole<String>) text -> answers.incrementAndGet());
                    }
                };
                // a container of its own for each, as many programs do
                sessions.add(ContainerProvider.getWebSocketContainer()
                        .connectToServer(
                                counting, ClientEndpointConfig.Builder.create().build(), server.uri()));
            }
            for (int round = 1; round <= 3; round++) {
                for (Session session : sessions) {
                    session.getBasicRemote().sendText("round " + round);
                }
                int expected = round * clients;
                SocketTransportTest.await(() -> answers.get() == expected);
            }
            List<String> threads = clientThreads();
            assertTrue(threads.size() <= 10, threads.toString());
            for (Session session : sessions) {
                session.close();
            }
        }
        ClientLeftovers.awaitNone();
        SocketTransportTest.await(() -> ConnectDeadlineTest.openDescriptors() <= descriptors + 10);
    }

    private static List<String> clientThreads() {
        return clientThreads(Set.of());
    }

    private static List<String> clientThreads(Set<Thread> others) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("hawser-client"))
                .sorted()
                .toList();
    }

    /** Connects and returns from main while the connection is open. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            ContainerProvider.getWebSocketContainer().connectToServer(new Annotated(), URI.create(arguments[0]));
        }
    }

    @Test
    void theJvmEndsWithItsMainThread() throws Exception {
        try (EchoSelector server = new EchoSelector()) {
            Process program = new ProcessBuilder(
                            java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Program.class.getName(),
                            server.uri().toString())
                    .redirectErrorStream(true)
                    .start();
            boolean ended = program.waitFor(30, TimeUnit.SECONDS);
            program.destroyForcibly();
            assertTrue(ended);
            assertEquals(0, program.exitValue(), () -> new String(read(program), StandardCharsets.UTF_8));
        }
    }

    private static byte[] read(Process program) {
        try {
            return program.getInputStream().readAllBytes();
        } catch (java.io.IOException e) {
            return e.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
