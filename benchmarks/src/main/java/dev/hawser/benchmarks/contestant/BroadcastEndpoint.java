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

    /** Takes part from now on. */
    @OnOpen
    public void open(Session session) {
        SESSIONS.add(session);
    }

    /**
     * Delivers to all. A session that cannot take one more, which implementations report in different ways, does not
     * keep the others from it.
     */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public void text(String message) {
        for (Session session : SESSIONS) {
            try {
                session.getAsyncRemote().sendText(message, result -> {});
            } catch (IllegalStateException e) {
                // The load generator counts deliveries, and voids the row if one is missing that must not be.
            }
        }
    }

    /** Takes part no more. */
    @OnClose
    public void close(Session session) {
        SESSIONS.remove(session);
    }
}
