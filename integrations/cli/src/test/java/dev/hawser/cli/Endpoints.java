package dev.hawser.cli;

import dev.hawser.EndpointSettings;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the servers of these tests serve. */
final class Endpoints {
    private Endpoints() {}

    /** Answers each message with itself. */
    @ServerEndpoint(
            value = "/echo",
            subprotocols = {"chat", "superchat"})
    @EndpointSettings({"maxTextMessageSize=4MiB", "maxBinaryMessageSize=4MiB", "outboundBytes=32MiB"})
    public static final class Echo {
        /** Text. */
        @OnMessage
        public String text(String message) {
            return message;
        }

        /** Bytes. */
        @OnMessage
        public ByteBuffer bytes(ByteBuffer message) {
            return message;
        }
    }

    /** Closes at once, with the code that the path names. */
    @ServerEndpoint("/close/{code}")
    public static final class Closes {
        /** Closes. */
        @OnOpen
        public void open(Session session, @PathParam("code") int code) throws IOException {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), "as asked"));
        }
    }

    /** Sends one text and says nothing more. */
    @ServerEndpoint("/once")
    public static final class Once {
        /** Greets. */
        @OnOpen
        public void open(Session session) {
            session.getAsyncRemote().sendText("welcome");
        }

        /** Takes what comes. */
        @OnMessage
        public void ignore(String message) {}
    }

    /** Takes what comes and says nothing. */
    @ServerEndpoint("/silent")
    public static final class Silent {
        /** Takes it. */
        @OnMessage
        public void ignore(String message) {}
    }

    /** Keeps the codes with which its sessions end. */
    @ServerEndpoint("/ends")
    public static final class Ends {
        static final BlockingQueue<Integer> CODES = new LinkedBlockingQueue<>();

        /** Keeps it. */
        @OnClose
        public void close(CloseReason reason) {
            CODES.add(reason.getCloseCode().getCode());
        }
    }

    /** Sends the fields of its handshake, a text each. */
    @ServerEndpoint(value = "/fields", configurator = Fields.Reading.class)
    @EndpointSettings("allowedOrigins=*")
    public static final class Fields {
        /** Sends them. */
        @OnOpen
        public void open(Session session, EndpointConfig config) throws IOException {
            for (Object field : (List<?>) config.getUserProperties().get("fields")) {
                session.getBasicRemote().sendText(field.toString());
            }
            session.close();
        }

        /** Keeps the fields of the last handshake: the tests make one after another. */
        public static final class Reading extends ServerEndpointConfig.Configurator {
            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                config.getUserProperties()
                        .put(
                                "fields",
                                List.of("X-One", "X-Two", "Origin").stream()
                                        .map(name -> name + "="
                                                + request.getHeaders().get(name))
                                        .toList());
            }
        }
    }
}
