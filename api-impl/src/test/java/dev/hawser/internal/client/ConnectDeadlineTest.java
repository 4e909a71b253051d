package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.ConnectFailedException.Step;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One deadline over all steps: whatever hangs, the connect ends in time, says where, and leaves nothing behind. */
class ConnectDeadlineTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    private EndpointClientContainer container = new EndpointClientContainer();

    /** Opened at the end, so that what was abandoned can end. */
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void nothingIsLeft() throws Exception {
        end.countDown();
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void holdsInTheNameLookup() {
        container = new EndpointClientContainer(host -> {
            hang();
            throw new UnknownHostException(host);
        });
        expires(Step.RESOLVE, URI.create("ws://slow.example/?secret"));
    }

    @Test
    void holdsInTheTcpConnect() throws Exception {
        try (FullServer full = new FullServer("127.0.0.1", 0)) {
            expires(Step.CONNECT, URI.create("ws://127.0.0.1:" + full.port() + "/"));
        }
    }

    @Test
    void anAddressThatDoesNotAnswerIsNotWaitedForAlone() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                FullServer full = new FullServer("127.0.0.2", server.port())) {
            container = new EndpointClientContainer(host -> List.of(literal("127.0.0.2"), literal("127.0.0.1")));
            long begin = System.nanoTime();
            assertTrue(
                    connect(URI.create("ws://two.example:" + full.port() + "/")).isOpen());
            assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5), "the deadline is 10 s");
        }
    }

    /** Its backlog is full and nobody accepts, so the kernel leaves further connects without an answer. */
    private static final class FullServer implements AutoCloseable {
        private final ServerSocket server;
        private final List<SocketChannel> fillers = new ArrayList<>();

        FullServer(String address, int port) throws IOException {
            server = new ServerSocket(port, 1, literal(address));
            for (int i = 0; i < 8; i++) {
                SocketChannel filler = SocketChannel.open();
                filler.configureBlocking(false);
                filler.connect(server.getLocalSocketAddress());
                fillers.add(filler);
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (SocketChannel filler : fillers) {
                filler.close();
            }
        }
    }

    @Test
    void holdsForAProxyThatSaysNothing() throws Exception {
        for (String scheme : List.of("http://127.0.0.1:", "socks5://127.0.0.1:")) {
            try (ScriptedServer proxy = new ScriptedServer(ScriptedServer.Peer::staySilent)) {
                container.getProperties().put(ClientProperties.PROXY, scheme + proxy.port());
                expires(Step.PROXY, URI.create("wss://server.example/?secret"));
            }
        }
    }

    @Test
    void holdsForATlsServerThatSaysNothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::staySilent)) {
            expires(Step.TLS, URI.create("wss://localhost:" + server.port() + "/"));
        }
    }

    @Test
    void holdsForATrustManagerThatHangs() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TellingTrustManager(this::hang)}, null);
        container.getProperties().put(ClientProperties.SSL_CONTEXT, context);
        try (ScriptedServer server =
                new ScriptedServer(TestCertificates.forLocalhost().server(), ScriptedServer.Peer::echoWebSocket)) {
            expires(Step.TLS, server.uri("/"));
        }
    }

    @Test
    void holdsForAServerThatDoesNotAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::staySilent)) {
            expires(Step.HANDSHAKE, server.uri("/?secret"));
        }
    }

    @Test
    void holdsForAServerThatNeverEndsItsHeader() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nX: ");
            while (!await(10)) {
                peer.send("x");
            }
        })) {
            expires(Step.HANDSHAKE, server.uri("/"));
        }
    }

    @Test
    void holdsForAnOnOpenThatDoesNotReturn() throws Exception {
        container.setSettings(
                Settings.builder().set(Setting.CONNECT_TIMEOUT, TIMEOUT).build());
        RecordingEndpoint hanging = new RecordingEndpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                hang();
            }
        };
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            IOException failed = assertThrows(
                    IOException.class,
                    () -> container.connectToServer(
                            hanging, ClientEndpointConfig.Builder.create().build(), server.uri("/?secret")));
            assertTrue(
                    String.valueOf(failed.getMessage()).contains("not done within the connect timeout of 400 ms"),
                    failed.getMessage());
            assertTrue(!failed.getMessage().contains("secret"), failed.getMessage());
            assertTrue(hanging.closeCodes.isEmpty(), "onClose waits for onOpen");
            end.countDown();
            assertEquals(1006, hanging.nextCloseCode());
        }
    }

    @Test
    void isOneForAllRedirects() throws Exception {
        container.getProperties().put(ClientProperties.MAX_REDIRECTS, 1_000_000);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.head();
            await(20);
            peer.send("HTTP/1.1 302 Again\r\nLocation: /again\r\n\r\n");
        })) {
            container.setSettings(
                    Settings.builder().set(Setting.CONNECT_TIMEOUT, TIMEOUT).build());
            long begin = System.nanoTime();
            assertThrows(ConnectFailedException.class, () -> connect(server.uri("/")));
            assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5));
            assertTrue(server.heads.size() > 1, "several redirects were followed");
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::staySilent)) {
            Thread.currentThread().interrupt();
            ConnectFailedException failed = assertThrows(ConnectFailedException.class, () -> connect(server.uri("/")));
            assertInstanceOf(InterruptedIOException.class, failed.getCause());
            assertTrue(Thread.interrupted(), "the thread is still told");
        }
    }

    @Test
    void allAddressesAreTried() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            // nobody listens at the first two
            container = new EndpointClientContainer(
                    host -> List.of(literal("127.0.0.9"), literal("::1"), literal("127.0.0.1")));
            assertTrue(connect(URI.create("ws://several.example:" + server.port() + "/"))
                    .isOpen());
            container.close();
        }
    }

    @Test
    void aRefusedConnectNamesHostAndPortAndNothingElse() throws Exception {
        int port;
        try (ScriptedServer closed = new ScriptedServer(ScriptedServer.Peer::head)) {
            port = closed.port();
        }
        ConnectFailedException failed = assertThrows(
                ConnectFailedException.class, () -> connect(URI.create("ws://127.0.0.1:" + port + "/secret?secret")));
        assertEquals(Step.CONNECT, failed.step());
        assertEquals(
                "Connecting to 127.0.0.1:" + port + " failed in the TCP connect: Connection refused",
                failed.getMessage());
    }

    @Test
    void anUnknownNameIsAnIOException() {
        container = new EndpointClientContainer(host -> {
            throw new UnknownHostException(host);
        });
        ConnectFailedException failed =
                assertThrows(ConnectFailedException.class, () -> connect(URI.create("ws://nowhere.example/")));
        assertEquals(Step.RESOLVE, failed.step());
        assertInstanceOf(IOException.class, failed);
    }

    @Test
    void failuresLeaveNoDescriptorsOpen() throws Exception {
        container
                .getProperties()
                .put(
                        ClientProperties.SSL_CONTEXT,
                        TestCertificates.forLocalhost().client());
        try (ScriptedServer silent = new ScriptedServer(peer -> {
                    peer.read();
                });
                ScriptedServer refusing = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 404 Not Found\r\n\r\n");
                });
                ScriptedServer wrongName = new ScriptedServer(
                        TestCertificates.forAnotherName().server(), ScriptedServer.Peer::echoWebSocket)) {
            failOnEach(silent, refusing, wrongName);
            ClientLeftovers.awaitNone();
            long before = openDescriptors();
            for (int i = 0; i < 10; i++) {
                failOnEach(silent, refusing, wrongName);
            }
            ClientLeftovers.awaitNone();
            SocketTransportTest.await(() -> openDescriptors() <= before + 5);
        }
    }

    private void failOnEach(ScriptedServer silent, ScriptedServer refusing, ScriptedServer wrongName) {
        assertThrows(ConnectFailedException.class, () -> connect(silent.uri("/")));
        assertThrows(ConnectFailedException.class, () -> connect(URI.create("wss://localhost:" + silent.port() + "/")));
        assertThrows(HandshakeFailedException.class, () -> connect(refusing.uri("/")));
        assertThrows(ConnectFailedException.class, () -> connect(wrongName.uri("/")));
    }

    static long openDescriptors() {
        return ((com.sun.management.UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }

    private static InetAddress literal(String address) throws UnknownHostException {
        return InetAddress.getAllByName(address)[0];
    }

    private void expires(Step step, URI uri) {
        container.setSettings(
                Settings.builder().set(Setting.CONNECT_TIMEOUT, TIMEOUT).build());
        long begin = System.nanoTime();
        ConnectFailedException failed = assertThrows(ConnectFailedException.class, () -> connect(uri));
        long took = System.nanoTime() - begin;
        assertEquals(step, failed.step(), failed.getMessage());
        assertTrue(took >= TIMEOUT.toNanos() && took < TimeUnit.SECONDS.toNanos(10), took + " ns");
        assertTrue(failed.getMessage().contains("not done within the connect timeout of 400 ms"), failed.getMessage());
        assertTrue(!failed.getMessage().contains("secret"), failed.getMessage());
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertInstanceOf(SocketTimeoutException.class, root);
    }

    private Session connect(URI uri) throws Exception {
        return container.connectToServer(
                new RecordingEndpoint(), ClientEndpointConfig.Builder.create().build(), uri);
    }

    private void hang() {
        try {
            if (!end.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody ended the test");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a little; true if the test is over. */
    private boolean await(int millis) {
        try {
            return end.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
