package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.accept;
import static dev.hawser.internal.client.ScriptedServer.field;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the users of Tomcat's, Tyrus's and Undertow's client tell a connection is done here. */
class ForeignClientPropertiesTest {
    private static final String TOMCAT = "org.apache.tomcat.websocket.";
    private static final String TYRUS = "org.glassfish.tyrus.client.";

    private final EndpointClientContainer container = new EndpointClientContainer();
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    private Session connect(URI uri, Map<String, ?> properties) throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        config.getUserProperties().putAll(properties);
        return container.connectToServer(endpoint, config, uri);
    }

    private void assertEchoes(Session session) throws IOException, InterruptedException {
        session.getBasicRemote().sendText("abc");
        assertEquals("abc", endpoint.nextMessage());
        session.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {TOMCAT + "SSL_CONTEXT", "io.undertow.websocket.SSL_CONTEXT"})
    void theContextOfTls(String property) throws Exception {
        TestCertificates certificates = TestCertificates.forLocalhost();
        try (ScriptedServer server = new ScriptedServer(certificates.server(), ScriptedServer.Peer::echoWebSocket)) {
            assertThrows(ConnectFailedException.class, () -> connect(server.uri("/"), Map.of()));
            assertEchoes(connect(server.uri("/"), Map.of(property, certificates.client())));
            DeploymentException wrong =
                    assertThrows(DeploymentException.class, () -> connect(server.uri("/"), Map.of(property, "s3cret")));
            assertEquals(property + " must be a javax.net.ssl.SSLContext", wrong.getMessage());
        }
    }

    @Test
    void theTrustStoreAndItsPassword(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("trust.p12");
        TestCertificates certificates = TestCertificates.forLocalhost();
        certificates.writeTrustStore(file, "s3cret");
        String store = TOMCAT + "SSL_TRUSTSTORE";
        String password = TOMCAT + "SSL_TRUSTSTORE_PWD";
        try (ScriptedServer server = new ScriptedServer(certificates.server(), ScriptedServer.Peer::echoWebSocket)) {
            assertEchoes(connect(server.uri("/"), Map.of(store, file.toString(), password, "s3cret")));
            for (Map<String, String> wrong : List.of(
                    Map.of(store, file.toString()),
                    Map.of(store, file.toString(), password, "other"),
                    Map.of(store, folder.resolve("absent").toString(), password, "s3cret"))) {
                DeploymentException refused =
                        assertThrows(DeploymentException.class, () -> connect(server.uri("/"), wrong));
                assertEquals(
                        store + " must name a key store that can be read with the password of " + password,
                        refused.getMessage());
            }
        }
    }

    @Test
    void theProtocolsOfTls() throws Exception {
        TestCertificates certificates = TestCertificates.forLocalhost();
        BlockingQueue<String> protocols = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(certificates.server(), peer -> {
            protocols.add(((SSLSocket) peer.socket).getSession().getProtocol());
            peer.echoWebSocket();
        })) {
            for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                assertEchoes(connect(
                        server.uri("/"),
                        Map.of(
                                TOMCAT + "SSL_CONTEXT",
                                certificates.client(),
                                TOMCAT + "SSL_PROTOCOLS",
                                "TLSv1.1, " + protocol)));
                assertEquals(protocol, protocols.poll(30, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void userAndPassword() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            String head = peer.head();
            if (field(head, "Authorization").equals("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")) {
                peer.send(accept(head));
                peer.echo();
            } else {
                peer.send("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"s\"\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            assertEchoes(connect(
                    server.uri("/"),
                    Map.of(
                            TOMCAT + "WS_AUTHENTICATION_USER_NAME",
                            "Aladdin",
                            TOMCAT + "WS_AUTHENTICATION_PASSWORD",
                            "open sesame")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theProxyAndItsUserAndPassword(boolean asText) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer tunnel = new ScriptedServer(peer -> {
                    if (field(peer.head(), "Proxy-Authorization").equals("Basic am9lOnMzY3I6ZXQ=")) {
                        peer.send("HTTP/1.1 200 Connected\r\n\r\n");
                        peer.tunnelTo(server.port());
                    } else {
                        peer.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\n\r\n");
                    }
                })) {
            URI proxy = URI.create("http://127.0.0.1:" + tunnel.port());
            assertEchoes(connect(
                    server.uri("/"),
                    Map.of(
                            TYRUS + "proxy",
                            asText ? proxy.toString() : proxy,
                            TOMCAT + "WS_AUTHENTICATION_PROXY_USER_NAME",
                            "joe",
                            TOMCAT + "WS_AUTHENTICATION_PROXY_PASSWORD",
                            "s3cr:et")));
            assertFalse(tunnel.heads.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAX_REDIRECTIONS=1, true",
        "MAX_REDIRECTIONS=0, false",
        "http.redirect=true, true",
        "http.redirect=false http.redirect.threshold=3, false",
        "http.redirect.threshold=3, false",
        "http.redirect=true http.redirect.threshold=0, false",
        "http.redirect=true http.redirect.threshold=1, true"
    })
    void redirects(String properties, boolean followed) throws Exception {
        Map<String, Object> all = new java.util.HashMap<>();
        for (String property : properties.split(" ")) {
            String[] parts = property.split("=");
            all.put((parts[0].startsWith("http") ? TYRUS : TOMCAT) + parts[0], parts[1]);
        }
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 307 There\r\nLocation: " + end.uri("/") + "\r\n\r\n");
                })) {
            if (followed) {
                assertEchoes(connect(server.uri("/"), all));
            } else {
                assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), all));
            }
            assertEquals(followed, !end.heads.isEmpty());
        }
    }

    @Test
    void hawsersOwnPropertyWins() throws Exception {
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 307 There\r\nLocation: " + end.uri("/") + "\r\n\r\n");
                })) {
            assertEchoes(connect(
                    server.uri("/"), Map.of(TOMCAT + "MAX_REDIRECTIONS", 0, ClientProperties.MAX_REDIRECTS, 1)));
            container.getProperties().put(TOMCAT + "MAX_REDIRECTIONS", 1);
            assertEchoes(connect(server.uri("/"), Map.of()));
            container.getProperties().put(ClientProperties.MAX_REDIRECTS, 0);
            assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), Map.of()));
        }
    }

    @Test
    void theAddressToConnectFrom() throws Exception {
        BlockingQueue<InetAddress> clients = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(peer -> {
            clients.add(peer.socket.getInetAddress());
            peer.echoWebSocket();
        })) {
            InetAddress local = InetAddress.getLoopbackAddress();
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/");
            for (Object given : new Object[] {local, new InetSocketAddress(local, 0)}) {
                assertEchoes(connect(uri, Map.of(TYRUS + "socketBinding", given)));
                assertEquals(local, clients.poll(30, TimeUnit.SECONDS));
            }
            // 192.0.2.1 is nobody's (RFC 5737), so that to connect from it must fail
            assertThrows(
                    ConnectFailedException.class,
                    () -> connect(uri, Map.of(TYRUS + "socketBinding", InetAddress.getByName("192.0.2.1"))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        TOMCAT + "IO_TIMEOUT_MS, 200",
        TYRUS + "ClientManager.ContainerTimeout, 200",
        "io.undertow.websocket.CONNECT_TIMEOUT, 1"
    })
    void theTimeOfAConnectIsBounded(String property, String value) throws Exception {
        try (ScriptedServer silent = new ScriptedServer(ScriptedServer.Peer::staySilent)) {
            long start = System.nanoTime();
            assertThrows(ConnectFailedException.class, () -> connect(silent.uri("/"), Map.of(property, value)));
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(8).toNanos()); // the default is 10 s

            container.getProperties().put(property, value);
            long again = System.nanoTime();
            assertThrows(ConnectFailedException.class, () -> connect(silent.uri("/"), Map.of()));
            assertTrue(System.nanoTime() - again < Duration.ofSeconds(8).toNanos());
        }
    }

    @Test
    void theHeaderOfTheResponseMayBeBigger() throws Exception {
        String big = "X-Big: " + "x".repeat(9 * 1024);
        try (ScriptedServer server = new ScriptedServer(peer -> peer.echoWebSocket(big))) {
            assertThrows(Exception.class, () -> connect(server.uri("/"), Map.of()));
            assertEchoes(connect(server.uri("/"), Map.of(TOMCAT + "MAX_HTTP_RESPONSE_HEADER_BYTES", 16 * 1024)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TOMCAT + "MAX_REDIRECTIONS",
                TOMCAT + "IO_TIMEOUT_MS",
                TYRUS + "http.redirect.threshold",
                TYRUS + "socketBinding"
            })
    void aValueThatCannotBeReadFailsTheConnectAndIsNotInTheMessage(String property) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            DeploymentException refused =
                    assertThrows(DeploymentException.class, () -> connect(server.uri("/"), Map.of(property, "s3cret")));
            assertTrue(refused.getMessage().startsWith(property), refused.getMessage());
            assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
            assertTrue(server.heads.isEmpty());
        }
    }
}
