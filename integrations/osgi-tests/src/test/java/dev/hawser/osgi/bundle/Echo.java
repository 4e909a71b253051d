package dev.hawser.osgi.bundle;

import dev.hawser.HawserSession;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Says who serves it. */
@ServerEndpoint("/echo")
public class Echo {
    @OnMessage
    public String onText(String text, Session session) {
        return (session instanceof HawserSession ? "Hawser: " : session.getClass() + ": ") + text;
    }
}
