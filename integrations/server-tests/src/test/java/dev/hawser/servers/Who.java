package dev.hawser.servers;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Says which implementation serves it. */
@ServerEndpoint("/who")
public class Who {
    @OnMessage
    public String who(String question, Session session) {
        return session.getClass().getName();
    }
}
