package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Echoes by an asynchronous send with a completion handler, like applications that count failures. */
@ServerEndpoint("/async")
public class AsyncEchoEndpoint {
    /** Echoes a text message. */
    @OnMessage
    public void text(String message, Session session) {
        session.getAsyncRemote().sendText(message, result -> {
            if (!result.isOK()) {
                System.err.println("Send failed: " + result.getException());
            }
        });
    }
}
