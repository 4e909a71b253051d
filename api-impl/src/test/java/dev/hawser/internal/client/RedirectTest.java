package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.ClientProperties;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Session;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    private final EndpointClientContainer container = new EndpointClientContainer();

    private final RecordingConfigurator withSecrets = new RecordingConfigurator(headers -> {
        headers.put("authorization", List.of("Bearer secret"));
        headers.put("Cookie", List.of("secret=1"));
        headers.put("Proxy-Authorization", List.of("Basic secret"));
        headers.put("X-Other", List.of("y"));
    });

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void isNotFollowedByDefault() throws Exception {
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = redirecting(302, end.uri("/").toString())) {
            HandshakeFailedException failed =
                    assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), null));
            assertEquals(302, failed.status());
            assertTrue(end.heads.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void isFollowedIfTheApplicationSaysSo(int status) throws Exception {
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = redirecting(status, "http://localhost:" + end.port() + "/there?x=y#z")) {
            assertTrue(connect(server.uri("/"), 1).isOpen());
            assertTrue(end.nextHead().startsWith("GET /there?x=y HTTP/1.1\r\n"));
        }
    }

    @Test
    void carriesNoSecretsToAnotherOrigin() throws Exception {
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = redirecting(302, end.uri("/").toString())) {
            connect(server.uri("/"), 1);
            String first = server.nextHead();
            assertTrue(first.contains("Bearer secret") && first.contains("Cookie: secret"), first);
            String second = end.nextHead();
            assertTrue(!second.contains("secret") && field(second, "X-Other").equals("y"), second);
        }
    }

    @Test
    void keepsSecretsWithinTheOrigin() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            String head = peer.head();
            if (head.startsWith("GET /there ")) {
                peer.send(ScriptedServer.accept(head));
                peer.echo();
            } else {
                peer.send("HTTP/1.1 307 There\r\nLocation: /there\r\n\r\n");
            }
        })) {
            connect(server.uri("/"), 1);
            server.nextHead();
            assertTrue(server.nextHead().contains("Bearer secret"));
        }
    }

    @Test
    void toAnotherOriginGetsNoAnswerToItsChallenge() throws Exception {
        try (ScriptedServer end = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"phishing\"\r\n\r\n");
                });
                ScriptedServer server = redirecting(302, end.uri("/").toString())) {
            container.getProperties().put(ClientProperties.CREDENTIALS, "joe:secret");
            HandshakeFailedException failed =
                    assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), 5));
            assertEquals(401, failed.status());
            assertEquals(1, end.heads.size());
        }
    }

    @Test
    void isFollowedAsOftenAsTheLimitSays() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.head();
            peer.send("HTTP/1.1 302 Again\r\nLocation: /again\r\n\r\n");
        })) {
            assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), 3));
            assertEquals(4, server.heads.size());
            assertEquals(withSecrets.requests, withSecrets.responses.size());
        }
    }

    @Test
    void neverLeadsFromWssToWs() throws Exception {
        TestCertificates certificates = TestCertificates.forLocalhost();
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = new ScriptedServer(certificates.server(), peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 302 There\r\nLocation: http://localhost:" + end.port() + "/\r\n\r\n");
                })) {
            container.getProperties().put(ClientProperties.SSL_CONTEXT, certificates.client());
            assertThrows(HandshakeFailedException.class, () -> connect(server.uri("/"), 5));
            assertTrue(end.heads.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://", "ftp://localhost/", "http://joe:pw@localhost/", "ws://[", "mailto:x"})
    void toNowhereIsARefusal(String location) throws Exception {
        try (ScriptedServer server = redirecting(302, location)) {
            URI uri = server.uri("/");
            // the empty location is the page itself, which redirects again
            assertEquals(
                    302,
                    assertThrows(HandshakeFailedException.class, () -> connect(uri, 2))
                            .status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b?x=1, ?z=1, GET /a/b?z=1 HTTP/1.1",
        "/a/b?x=1, '', GET /a/b?x=1 HTTP/1.1",
        "/a/b?x=1, #part, GET /a/b?x=1 HTTP/1.1",
        "/a/b?x=1, c, GET /a/c HTTP/1.1",
        "/a/b?x=1, ../../../c, GET /c HTTP/1.1",
        "'', c, GET /c HTTP/1.1"
    })
    void aRelativeLocationIsResolvedByRfc3986(String first, String location, String requestLine) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(peer -> {
            if (connections.getAndIncrement() > 0) {
                peer.echoWebSocket();
            } else {
                peer.head();
                peer.send("HTTP/1.1 302 There\r\nLocation: " + location + "\r\n\r\n");
            }
        })) {
            assertTrue(connect(server.uri(first), 1).isOpen());
            server.nextHead();
            assertEquals(requestLine, server.nextHead().lines().findFirst().orElseThrow());
        }
    }

    @Test
    void theSessionShowsTheRequestThatGotThe101() throws Exception {
        try (ScriptedServer end = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = redirecting(302, "http://localhost:" + end.port() + "/there?x=y#z")) {
            Session session = connect(server.uri("/here?token=1"), 1);
            assertEquals(end.uri("/there?x=y"), session.getRequestURI());
            assertEquals("x=y", session.getQueryString());
            assertEquals(Map.of("x", List.of("y")), session.getRequestParameterMap());
        }
    }

    @Test
    void aSessionThatARedirectHasLedToWssIsSecure() throws Exception {
        TestCertificates certificates = TestCertificates.forLocalhost();
        try (ScriptedServer end = new ScriptedServer(certificates.server(), ScriptedServer.Peer::echoWebSocket);
                ScriptedServer server = redirecting(302, "https://localhost:" + end.port() + "/")) {
            container.getProperties().put(ClientProperties.SSL_CONTEXT, certificates.client());
            assertTrue(connect(server.uri("/"), 1).isSecure());
        }
    }

    private static ScriptedServer redirecting(int status, String location) throws Exception {
        return new ScriptedServer(peer -> {
            peer.head();
            peer.send("HTTP/1.1 " + status + " There\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
        });
    }

    private Session connect(URI uri, Object limit) throws Exception {
        ClientEndpointConfig config =
                ClientEndpointConfig.Builder.create().configurator(withSecrets).build();
        if (limit != null) {
            config.getUserProperties().put(ClientProperties.MAX_REDIRECTS, limit);
        }
        return container.connectToServer(new RecordingEndpoint(), config, uri);
    }
}
