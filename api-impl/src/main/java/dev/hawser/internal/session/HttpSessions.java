package dev.hawser.internal.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The web sockets that end with the HTTP session of their opening handshake: when its user has logged out or timed out,
 * the connection is not theirs any more (Jakarta WebSocket 7.2). Those of an authenticated user always do; those of
 * anonymous visitors do if the setting {@code closeWithAnonymousHttpSession} says so, and are not in here otherwise.
 * Thread-safe. Nothing is kept of an HTTP session whose web sockets have ended.
 */
public final class HttpSessions {
    /** By the id of the HTTP session. Guarded by this. */
    private final Map<String, Set<RegisteredSession>> byId = new HashMap<>();

    /**
     * Those whose handshake was accepted and whose connection has yet to open, and whether their HTTP session has ended
     * meanwhile. Weak, since a connection may never come about and nobody is told. Guarded by this.
     */
    private final Map<RegisteredSession, Boolean> opening = new WeakHashMap<>();

    /** How many HTTP sessions have open web sockets that end with them. */
    public synchronized int size() {
        return byId.size();
    }

    /** Their ids at the moment. */
    public synchronized Set<String> ids() {
        return Set.copyOf(byId.keySet());
    }

    /**
     * The handshake has been accepted.
     *
     * @param present the id of its HTTP session now, or null if that has ended while the handshake was under way
     */
    public synchronized void accepted(RegisteredSession session, @Nullable String present) {
        if (session.httpSessionId() != null && session.endsWithHttpSession()) {
            opening.put(session, present == null);
            if (present != null) {
                session.httpSessionId(present);
            }
        }
    }

    /** The HTTP session has ended: closes its web sockets with 1008. */
    public void ended(String id) {
        List<RegisteredSession> closing;
        synchronized (this) {
            closing = List.copyOf(byId.getOrDefault(id, Set.of()));
            opening.replaceAll((session, ended) -> ended || id.equals(session.httpSessionId()));
        }
        closing.forEach(RegisteredSession::httpSessionEnded);
    }

    /** The HTTP session has another id, as when its user is authenticated. */
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

    /** Returns false if its HTTP session has ended since the handshake, so that it is to be closed. */
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
