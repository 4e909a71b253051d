package dev.hawser.war;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.Encoder;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

/**
 * Uses much of what an implementation keeps for an application: coders, streams, an HTTP session, and a client that
 * stays connected.
 */
@ServerEndpoint(
        value = "/traffic",
        configurator = WarTraffic.WithHttpSession.class,
        encoders = WarTraffic.WordEncoder.class)
public class WarTraffic {
    /** An answer in a type of the application's own. */
    public record Word(String text) {}

    /** A key of maps; up to JDK 18 the JDK remembers the type of the last such component. */
    public record Key(Word word) {}

    /** Its encoder. */
    public static class WordEncoder implements Encoder.Text<Word> {
        @Override
        public String encode(Word word) {
            return word.text();
        }
    }

    /** Has the container make an HTTP session. */
    public static class WithHttpSession extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            if (request.getHttpSession() instanceof HttpSession session) {
                session.setMaxInactiveInterval(3600);
            }
        }
    }

    /** Stays connected until the application stops. */
    @ClientEndpoint
    public static class Client {
        @OnMessage
        public void onMessage(String text) {}
    }

    /** Echoes; a URI is connected to first. */
    @OnMessage
    public Word text(String text, Session session) throws Exception {
        if (text.startsWith("ws://")) {
            Session client = ContainerProvider.getWebSocketContainer().connectToServer(Client.class, URI.create(text));
            client.getBasicRemote().sendText("hello");
        }
        Key key = new Key(new Word(text));
        Map<Key, Word> words = Map.of(key, new Word(text));
        return key.toString().isEmpty() ? key.word() : words.get(new Key(new Word(text)));
    }

    @OnMessage
    public byte[] stream(InputStream bytes) throws IOException {
        return bytes.readAllBytes();
    }
}
