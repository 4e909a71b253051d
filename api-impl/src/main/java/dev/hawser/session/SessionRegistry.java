package dev.hawser.session;

import jakarta.websocket.Session;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one container: all of them until their onClose has returned and their transport is gone, and by endpoint those that are
 * open. Thread-safe.
 */
public final class SessionRegistry {
    /** The open sessions of one endpoint. The copy that getOpenSessions answers is made once for many calls, as long as nobody comes or goes. */
    private static final class OpenSessions {
        /** Guarded by this. */
        private final Set<WebSocketSession> members = new HashSet<>();
        /** Written under the guard, so that a copy never outlives a change. */
        private volatile @Nullable Set<Session> copy;

        synchronized void add(WebSocketSession session) {
            members.add(session);
            copy = null;
        }

        /** Returns whether nobody is left. */
        synchronized boolean remove(WebSocketSession session) {
            members.remove(session);
            copy = null;
            return members.isEmpty();
        }

        Set<Session> copy() {
            Set<Session> made = copy;
            return made != null ? made : makeCopy();
        }

        private synchronized Set<Session> makeCopy() {
            Set<Session> made = Set.copyOf(members);
            copy = made;
            return made;
        }
    }

    private final Set<WebSocketSession> all = ConcurrentHashMap.newKeySet();
    private final Map<Object, OpenSessions> byEndpoint = new ConcurrentHashMap<>();
    private final HttpSessions httpSessions = new HttpSessions();
    /** Notified when the last session is gone. */
    private final Object emptied = new Object();

    /** The sessions whose onClose has not returned yet, or whose transport still lingers. */
    public List<WebSocketSession> all() {
        return List.copyOf(all);
    }

    /** How many sessions are not {@link #gone}. */
    public int size() {
        return all.size();
    }

    /** Those that end with the HTTP session of their handshake. */
    public HttpSessions httpSessions() {
        return httpSessions;
    }

    /** Returns false if the HTTP session of the handshake has ended, so that this one is to be closed. */
    boolean opened(Object endpoint, WebSocketSession session) {
        all.add(session);
        boolean httpSessionLives = httpSessions.opened(session);
        byEndpoint.compute(endpoint, (key, open) -> {
            OpenSessions sessions = open == null ? new OpenSessions() : open;
            sessions.add(session);
            return sessions;
        });
        return httpSessionLives;
    }

    /** The session is closing: it is not shown any more, though its onClose is still to come. */
    void closing(Object endpoint, WebSocketSession session) {
        byEndpoint.computeIfPresent(endpoint, (key, open) -> open.remove(session) ? null : open);
    }

    /** The session's onClose has returned. Its transport may linger, as after a violation (RFC 6455 7.1.1). */
    void ended(WebSocketSession session) {
        httpSessions.closed(session);
    }

    /** Nothing of the session is left: neither a callback to come nor a transport. Any number of times. */
    void gone(WebSocketSession session) {
        all.remove(session);
        if (all.isEmpty()) {
            synchronized (emptied) {
                emptied.notifyAll();
            }
        }
    }

    Set<Session> openSessions(Object endpoint) {
        OpenSessions open = byEndpoint.get(endpoint);
        return open == null ? Set.of() : open.copy();
    }

    /** Waits until every session is gone; returns false if the deadline has passed before. */
    boolean awaitEmpty(long deadline) {
        synchronized (emptied) {
            while (!all.isEmpty()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                try {
                    emptied.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }
}
