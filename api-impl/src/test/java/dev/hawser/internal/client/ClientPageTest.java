package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.accept;
import static dev.hawser.internal.client.ScriptedServer.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.HawserClient;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/client.md: it has every property; each of its snippets stands here between two marks, works, and is in the page
 * word for word.
 */
class ClientPageTest {
    private static final Path PAGE = Path.of("../docs/client.md");

    @AfterEach
    void nothingIsLeft() throws Exception {
        ClientLeftovers.awaitNone();
    }

    @Test
    void hasEveryProperty() throws Exception {
        String page = Files.readString(PAGE);
        int found = 0;
        for (Field constant : ClientProperties.class.getFields()) {
            if (Modifier.isStatic(constant.getModifiers())) {
                String row = "| `" + constant.get(null) + "` |";
                assertTrue(page.contains(row), "docs/client.md has no row " + row);
                found++;
            }
        }
        assertTrue(found > 0);
    }

    @Test
    void aConnectionWithPropertiesOfItsOwn() throws Exception {
        TestCertificates certificates = TestCertificates.forLocalhost();
        SSLContext sslContext = certificates.client();
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (ScriptedServer server = new ScriptedServer(certificates.server(), ClientPageTest::authenticating);
                ScriptedServer tunnel = tunnel(server.port())) {
            URI proxy = URI.create("http://127.0.0.1:" + tunnel.port());
            URI uri = server.uri("/chat");
            // begin own
            ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                    .preferredSubprotocols(List.of("chat"))
                    .sslContext(sslContext)
                    .build();
            config.getUserProperties().put(ClientProperties.PROXY, proxy);
            config.getUserProperties().put(ClientProperties.PROXY_CREDENTIALS, "joe:s3cr:et");
            config.getUserProperties().put(ClientProperties.CREDENTIALS, "Aladdin:open sesame");
            WebSocketContainer container = ContainerProvider.getWebSocketContainer();
            Session session = container.connectToServer(endpoint, config, uri);
            // end own
            assertEquals("chat", session.getNegotiatedSubprotocol());
            assertTrue(session.isSecure());
            session.getBasicRemote().sendText("abc");
            assertEquals("abc", endpoint.nextMessage());
            session.close();
            assertEquals(1000, endpoint.nextCloseCode());
        }
    }

    @ClientEndpoint
    public static class Listener {
        static final BlockingQueue<String> MESSAGES = new LinkedBlockingQueue<>();

        @OnMessage
        public void onMessage(String message) {
            MESSAGES.add(message);
        }
    }

    @Test
    void propertiesAndSettingsOfAContainer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket);
                ScriptedServer moved = new ScriptedServer(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 307 Moved\r\nLocation: " + server.uri("/here") + "\r\n\r\n");
                })) {
            URI uri = moved.uri("/there");
            // begin container
            HawserClient container = HawserClient.create();
            container.getProperties().put(ClientProperties.MAX_REDIRECTS, 1);
            container.setSettings(Settings.builder()
                    .set(Setting.CONNECT_TIMEOUT, Duration.ofSeconds(3))
                    .build());
            Session session = container.connectToServer(Listener.class, uri);
            // end container
            assertTrue(server.nextHead().startsWith("GET /here "));
            session.getBasicRemote().sendText("abc");
            assertEquals("abc", Listener.MESSAGES.poll(30, TimeUnit.SECONDS));
            container.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "container"})
    void thePageHasTheSnippetWordForWord(String name) throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/hawser/internal/client/ClientPageTest.java"));
        int begin = source.indexOf("// begin " + name + System.lineSeparator());
        String snippet = source.substring(
                source.indexOf(System.lineSeparator(), begin), source.indexOf("// end " + name, begin));
        assertFalse(snippet.isBlank());
        assertTrue(words(Files.readString(PAGE)).contains(words(snippet)), "docs/client.md does not have" + snippet);
    }

    /** Without the white space, which the formatter of the source decides about. */
    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }

    /** A server that wants to know who asks (RFC 7617 section 2), and speaks chat. */
    private static void authenticating(ScriptedServer.Peer peer) throws IOException {
        String head = peer.head();
        if (field(head, "Authorization").equals("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")) {
            peer.send(accept(head, "Sec-WebSocket-Protocol: " + field(head, "Sec-WebSocket-Protocol")));
            peer.echo();
        } else {
            peer.send("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"s\"\r\nContent-Length: 0\r\n\r\n");
        }
    }

    /** A proxy that wants to know, too. */
    private static ScriptedServer tunnel(int port) throws IOException {
        return new ScriptedServer(peer -> {
            if (field(peer.head(), "Proxy-Authorization").equals("Basic am9lOnMzY3I6ZXQ=")) {
                peer.send("HTTP/1.1 200 Connected\r\n\r\n");
                peer.tunnelTo(port);
            } else {
                peer.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\n\r\n");
            }
        });
    }
}
