package dev.hawser.internal.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The web sockets that end with the HTTP session of their opening handshake, after a logout or a timeout (Jakarta
 * WebSocket 7.2). The web sockets of authenticated users always do. Those of anonymous visitors do if the setting
 * {@code closeWithAnonymousHttpSession} is true; otherwise they are not kept here. Thread-safe. Nothing is kept of an
 * HTTP session whose web sockets have ended.
 */
public final class HttpSessions {
    /** By the id of the HTTP session. Guarded by this. */
    private final Map<String, Set<RegisteredSession>> byId = new HashMap<>();

    /**
     * The sessions whose handshake was accepted and whose connection is not yet open, and whether their HTTP session
     * has ended meanwhile. Weak, since a connection may never open without a call here. Guarded by this.
     */
    private final Map<RegisteredSession, Boolean> opening = new WeakHashMap<>();

    /** How many HTTP sessions have web sockets here. */
    public synchronized int size() {
        return byId.size();
    }

    /** The present ids of the HTTP sessions. */
    public synchronized Set<String> ids() {
        return Set.copyOf(byId.keySet());
    }

    /**
     * Called when the handshake was accepted.
     *
     * @param present the present id of its HTTP session, or null if that has ended during the handshake
     */
    public synchronized void accepted(RegisteredSession session, @Nullable String present) {
        if (session.httpSessionId() != null && session.endsWithHttpSession()) {
            opening.put(session, present == null);
            if (present != null) {
                session.httpSessionId(present);
            }
        }
    }

    /** Closes the web sockets of an HTTP session that has ended, with 1008. */
    public void ended(String id) {
        List<RegisteredSession> closing;
        synchronized (this) {
            closing = List.copyOf(byId.getOrDefault(id, Set.of()));
            opening.replaceAll((session, ended) -> ended || id.equals(session.httpSessionId()));
        }
        closing.forEach(RegisteredSession::httpSessionEnded);
    }

    /** Called when the HTTP session gets another id, for instance when its user is authenticated. */
    public synchronized void idChanged(String before, String after) {
        Set<RegisteredSession> sessions = byId.remove(before);
        if (sessions != null) {
            sessions.forEach(session -> session.httpSessionId(after));
            byId.computeIfAbsent(after, id -> new HashSet<>()).addAll(sessions);
        }
        opening.keySet().stream()
                .filter(session -> before.equals(session.httpSessionId()))
                .forEach(session -> session.httpSessionId(after));
    }

    /** Called when the connection is open. Returns false if its HTTP session has ended, so that it must be closed. */
    synchronized boolean opened(RegisteredSession session) {
        boolean ended = Boolean.TRUE.equals(opening.remove(session));
        String id = session.httpSessionId();
        if (!ended && id != null && session.endsWithHttpSession()) {
            byId.computeIfAbsent(id, key -> new HashSet<>()).add(session);
        }
        return !ended;
    }

    synchronized void closed(RegisteredSession session) {
        String id = session.httpSessionId();
        if (id != null) {
            byId.computeIfPresent(
                    id, (key, sessions) -> sessions.remove(session) && sessions.isEmpty() ? null : sessions);
        }
    }
}
