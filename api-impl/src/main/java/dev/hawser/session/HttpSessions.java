package dev.hawser.session;

import jakarta.websocket.CloseReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The web sockets that end with the HTTP session of their opening handshake: when its user has logged out or timed out, the connection is
 * not theirs any more (Jakarta WebSocket 7.2). Those of an authenticated user always do; those of anonymous visitors do if the setting
 * {@code closeWithAnonymousHttpSession} says so, and are not in here otherwise. Thread-safe. Nothing is kept of an HTTP session whose web
 * sockets have ended.
 */
public final class HttpSessions {
    /** By the id of the HTTP session. Guarded by this. */
    private final Map<String, Set<WebSocketSession>> byId = new HashMap<>();

    /** How many HTTP sessions have web sockets that end with them. */
    public synchronized int size() {
        return byId.size();
    }

    /** The HTTP session has ended: closes its web sockets with 1008. */
    public void ended(String id) {
        List<WebSocketSession> closing;
        synchronized (this) {
            closing = List.copyOf(byId.getOrDefault(id, Set.of()));
        }
        for (WebSocketSession session : closing) {
            session.connection()
                    .closeByUs(new CloseReason(CloseReason.CloseCodes.VIOLATED_POLICY, "the HTTP session has ended"));
        }
    }

    /** The HTTP session has another id, as when its user is authenticated. */
    public synchronized void idChanged(String before, String after) {
        Set<WebSocketSession> sessions = byId.remove(before);
        if (sessions != null) {
            sessions.forEach(session -> session.httpSessionId(after));
            byId.computeIfAbsent(after, id -> new HashSet<>()).addAll(sessions);
        }
    }

    synchronized void opened(WebSocketSession session) {
        String id = session.httpSessionId();
        if (id != null && session.endsWithHttpSession()) {
            byId.computeIfAbsent(id, key -> new HashSet<>()).add(session);
        }
    }

    synchronized void closed(WebSocketSession session) {
        String id = session.httpSessionId();
        if (id != null) {
            byId.computeIfPresent(
                    id, (key, sessions) -> sessions.remove(session) && sessions.isEmpty() ? null : sessions);
        }
    }
}
