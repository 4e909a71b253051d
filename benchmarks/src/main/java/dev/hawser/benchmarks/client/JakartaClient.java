package dev.hawser.benchmarks.client;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client with the Jakarta API. All of them get the same endpoint, which sends with {@code getBasicRemote}. An echo
 * may arrive before that has returned; a client that refuses the next send until then gets a lock, by {@code
 * client.lock}.
 */
class JakartaClient implements Client {
    private static final boolean LOCK = Boolean.getBoolean("client.lock");

    private final WebSocketContainer container;
    private final Map<String, Object> userProperties;
    private final @Nullable SSLContext trusted = Trust.context();

    JakartaClient(WebSocketContainer container) {
        this(container, Map.of());
    }

    /** A client whose endpoints have these user properties, too. */
    JakartaClient(WebSocketContainer container, Map<String, Object> userProperties) {
        this.container = container;
        this.userProperties = userProperties;
        container.setDefaultMaxSessionIdleTimeout(0); // a connection is idle while other contestants are measured
    }

    @Override
    public Connection connect(URI uri, Listener listener) throws Exception {
        ClientEndpointConfig.Builder builder = ClientEndpointConfig.Builder.create();
        if (trusted != null && uri.getScheme().equals("wss")) {
            builder.sslContext(trusted);
        }
        ClientEndpointConfig config = builder.build();
        config.getUserProperties().putAll(userProperties);
        return new Open(container.connectToServer(new Listening(listener), config, uri));
    }

    private record Open(Session session) implements Connection {
        @Override
        public void send(String text) throws IOException {
            if (LOCK) {
                synchronized (this) {
                    session.getBasicRemote().sendText(text);
                }
            } else {
                session.getBasicRemote().sendText(text);
            }
        }

        @Override
        public void close() throws IOException {
            session.close();
        }
    }

    /** Hands over messages and the end. */
    private static final class Listening extends Endpoint {
        private final Listener listener;

        private Listening(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(new TextHandler(listener));
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            listener.ended(reason.toString());
        }

        @Override
        public void onError(Session session, Throwable error) {
            error.printStackTrace(); // to the log of this contestant; what counts is the message that is missing
        }
    }

    /** A class, and not a lambda, since the type of its messages is found by reflection. */
    private static final class TextHandler implements MessageHandler.Whole<String> {
        private final Listener listener;

        private TextHandler(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onMessage(String text) {
            listener.received(text);
        }
    }
}
