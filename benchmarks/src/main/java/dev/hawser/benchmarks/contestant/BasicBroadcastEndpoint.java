package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sends each message to all its sessions, the sender's included, by blocking sends. */
@ServerEndpoint("/broadcast-basic")
public class BasicBroadcastEndpoint {
    private static final Set<Session> SESSIONS = ConcurrentHashMap.newKeySet();

    /** Adds the session. */
    @OnOpen
    public void open(Session session) {
        SESSIONS.add(session);
    }

    /** Delivers to all, one after the other. */
    @OnMessage
    public void text(String message) {
        for (Session session : SESSIONS) {
            try {
                session.getBasicRemote().sendText(message);
            } catch (IOException | IllegalStateException e) {
                // the session ends meanwhile; the load generator counts deliveries
            }
        }
    }

    /** Removes the session. */
    @OnClose
    public void close(Session session) {
        SESSIONS.remove(session);
    }
}
