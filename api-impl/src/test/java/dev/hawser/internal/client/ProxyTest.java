package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.field;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
    private final EndpointClientContainer container = new EndpointClientContainer();
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Nested
    class HttpConnect {
        @Test
        void opensATunnelForWs() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = connecting(server, "")) {
                echoThrough("http://127.0.0.1:" + proxy.port(), server);
                assertEquals(
                        "CONNECT localhost:" + server.port() + " HTTP/1.1\r\nHost: localhost:" + server.port()
                                + "\r\n\r\n",
                        proxy.nextHead());
                assertTrue(server.nextHead().startsWith("GET / "));
            }
        }

        @Test
        void opensATunnelForWssAndSeesNoneOfIt() throws Exception {
            TestCertificates certificates = TestCertificates.forLocalhost();
            container.getProperties().put(ClientProperties.SSL_CONTEXT, certificates.client());
            try (ScriptedServer server = new ScriptedServer(certificates.server(), ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = connecting(server, "")) {
                echoThrough("http://127.0.0.1:" + proxy.port(), server);
                proxy.nextHead();
                assertTrue(proxy.heads.isEmpty());
            }
        }

        @Test
        void answersABasicChallenge() throws Exception {
            container.getProperties().put(ClientProperties.PROXY_CREDENTIALS, "joe:s3cr:et");
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = connecting(server, "Basic realm=\"p\"")) {
                echoThrough("http://127.0.0.1:" + proxy.port(), server);
                assertEquals("", field(proxy.nextHead(), "Proxy-Authorization"));
                assertEquals("Basic am9lOnMzY3I6ZXQ=", field(proxy.nextHead(), "Proxy-Authorization"));
                assertFalse(server.nextHead().contains("Authorization"), "it is the proxy's alone");
            }
        }

        @Test
        void answersADigestChallengeForItsOwnMethodAndTarget() throws Exception {
            container.getProperties().put(ClientProperties.PROXY_CREDENTIALS, "joe:s3cr:et");
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = connecting(server, "Digest realm=\"p\", nonce=\"n\", qop=\"auth\"")) {
                echoThrough("http://127.0.0.1:" + proxy.port(), server);
                proxy.nextHead();
                String answer = field(proxy.nextHead(), "Proxy-Authorization");
                assertTrue(answer.contains("uri=\"localhost:" + server.port() + "\""), answer);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {403, 407, 502})
        void tellsTheStatusOfARefusal(int status) throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = new ScriptedServer(peer -> {
                        peer.head();
                        peer.send("HTTP/1.1 " + status + " No\r\nX: y\r\n\r\n");
                    })) {
                HandshakeFailedException failed = assertThrows(
                        HandshakeFailedException.class, () -> connect("http://127.0.0.1:" + proxy.port(), server));
                assertEquals(status, failed.status());
                assertTrue(failed.fromProxy());
                assertTrue(server.heads.isEmpty());
            }
        }

        @Test
        void thatCannotBeReachedIsNamed() throws Exception {
            int port;
            try (ScriptedServer closed = new ScriptedServer(ScriptedServer.Peer::head)) {
                port = closed.port();
            }
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
                ConnectFailedException failed =
                        assertThrows(ConnectFailedException.class, () -> connect("http://127.0.0.1:" + port, server));
                assertEquals(ConnectFailedException.Step.CONNECT, failed.step());
                assertTrue(
                        failed.getMessage().endsWith("(through the proxy 127.0.0.1:" + port + ")"),
                        failed.getMessage());
            }
        }
    }

    @Nested
    class Socks5 {
        private final BlockingQueue<byte[]> asked = new LinkedBlockingQueue<>();

        @Test
        void opensATunnelByName() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = socks(server, 0, 0)) {
                echoThrough("socks5://127.0.0.1:" + proxy.port(), server);
                // 05 01 00 CONNECT, 03 domain name, its length, the name, the port
                byte[] request = asked.take();
                assertArrayEquals(new byte[] {5, 1, 0, 3, 9}, java.util.Arrays.copyOf(request, 5));
                assertEquals("localhost", new String(request, 5, 9, StandardCharsets.US_ASCII));
            }
        }

        @Test
        void givesUserAndPassword() throws Exception {
            container.getProperties().put(ClientProperties.PROXY_CREDENTIALS, "joe:s3cr:et");
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = socks(server, 2, 0)) {
                echoThrough("socks5://127.0.0.1:" + proxy.port(), server);
                assertEquals("\1\3joe\7s3cr:et", new String(asked.take(), StandardCharsets.US_ASCII));
            }
        }

        @Test
        void thatWantsAnAuthenticationWithoutCredentialsFails() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = socks(server, 0xFF, 0)) {
                ConnectFailedException failed = assertThrows(
                        ConnectFailedException.class, () -> connect("socks5://127.0.0.1:" + proxy.port(), server));
                assertEquals(ConnectFailedException.Step.PROXY, failed.step());
            }
        }

        @Test
        void tellsWhyItRefuses() throws Exception {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                    ScriptedServer proxy = socks(server, 0, 5)) {
                ConnectFailedException failed = assertThrows(
                        ConnectFailedException.class, () -> connect("socks5://127.0.0.1:" + proxy.port(), server));
                assertTrue(failed.getMessage().contains("the proxy answered connection refused"), failed.getMessage());
            }
        }

        /** RFC 1928, RFC 1929. */
        private ScriptedServer socks(ScriptedServer server, int method, int reply) throws IOException {
            return new ScriptedServer(peer -> {
                peer.in.readNBytes(1);
                peer.in.readNBytes(peer.read()); // methods
                peer.out.write(new byte[] {5, (byte) method});
                if (method == 0xFF) {
                    return;
                }
                if (method == 2) {
                    byte[] credentials = peer.in.readNBytes(1 + 1 + 3 + 1 + 7);
                    asked.add(credentials);
                    peer.out.write(new byte[] {1, 0});
                }
                asked.add(peer.in.readNBytes(4 + 1 + 9 + 2));
                peer.out.write(new byte[] {5, (byte) reply, 0, 1, 127, 0, 0, 1, 0, 80});
                if (reply == 0) {
                    peer.tunnelTo(server.port());
                }
            });
        }
    }

    @Test
    void theSystemsSelectorIsAskedOnlyIfTheApplicationSaysSo() throws Exception {
        BlockingQueue<URI> asked = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer proxy = connecting(server, "")) {
            ProxySelector selector = new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    asked.add(uri);
                    return List.of(
                            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", proxy.port())));
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                    throw new AssertionError(failure);
                }
            };
            ProxySelector before = ProxySelector.getDefault();
            ProxySelector.setDefault(selector);
            try {
                connect(null, server);
                assertTrue(asked.isEmpty() && proxy.heads.isEmpty());
                connect("system", server);
                assertEquals(URI.create("http://localhost:" + server.port() + "/"), asked.take());
                proxy.nextHead();
                connect(selector, server);
                proxy.nextHead();
            } finally {
                ProxySelector.setDefault(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://joe:secret@h:1", "ftp://h:1", "http://h", "h:1", "%%"})
    void aMalformedProxyIsRefusedBeforeAnythingIsSent(String proxy) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            DeploymentException refused = assertThrows(DeploymentException.class, () -> connect(proxy, server));
            assertTrue(refused.getMessage().contains(ClientProperties.PROXY), refused.getMessage());
            assertFalse(refused.getMessage().contains("secret"));
            assertTrue(server.heads.isEmpty());
        }
    }

    /** An HTTP proxy that asks for an authentication if there is a challenge. */
    private static ScriptedServer connecting(ScriptedServer server, String challenge) throws IOException {
        return new ScriptedServer(peer -> {
            String head = peer.head();
            if (!challenge.isEmpty() && field(head, "Proxy-Authorization").isEmpty()) {
                peer.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: " + challenge + "\r\n\r\n");
            } else {
                peer.send("HTTP/1.1 200 Connected\r\n\r\n");
                peer.tunnelTo(server.port());
            }
        });
    }

    private void echoThrough(String proxy, ScriptedServer server) throws Exception {
        Session session = connect(proxy, server);
        session.getBasicRemote().sendText("abc");
        assertEquals("abc", endpoint.nextMessage());
        session.close();
        assertEquals(1000, endpoint.nextCloseCode());
    }

    private Session connect(Object proxy, ScriptedServer server) throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        if (proxy != null) {
            config.getUserProperties().put(ClientProperties.PROXY, proxy);
        }
        return container.connectToServer(endpoint, config, server.uri("/"));
    }
}
