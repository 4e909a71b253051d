package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;

/** Echoes by a blocking send, which returns when the message is transmitted. */
@ServerEndpoint("/basic")
public class BasicEchoEndpoint {
    /** Echoes a text message. */
    @OnMessage
    public void text(String message, Session session) throws IOException {
        session.getBasicRemote().sendText(message);
    }
}
