package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sends each message to all its sessions, the sender's included, by asynchronous sends. */
@ServerEndpoint("/broadcast")
public class BroadcastEndpoint {
    private static final Set<Session> SESSIONS = ConcurrentHashMap.newKeySet();

    /** Adds the session. */
    @OnOpen
    public void open(Session session) {
        SESSIONS.add(session);
    }

    /**
     * Sends to all. If a session cannot take another message, which implementations report in different ways, the
     * others still get it.
     */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public void text(String message) {
        for (Session session : SESSIONS) {
            try {
                session.getAsyncRemote().sendText(message, result -> {});
            } catch (IllegalStateException e) {
                // the load generator counts deliveries, and makes the row void if one is missing
            }
        }
    }

    /** Removes the session. */
    @OnClose
    public void close(Session session) {
        SESSIONS.remove(session);
    }
}
