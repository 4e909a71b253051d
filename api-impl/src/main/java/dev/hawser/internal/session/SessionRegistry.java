package dev.hawser.internal.session;

import jakarta.websocket.Session;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one container: those whose handshake was accepted and whose transport is about to open; all others
 * until onClose has returned and the transport is closed; and the open ones by endpoint. Thread-safe.
 */
public final class SessionRegistry {
    /**
     * The open sessions of one endpoint. The copy for getOpenSessions is made once, and kept until a session is added
     * or removed.
     */
    private static final class OpenSessions {
        /**
         * A HashSet if there are two or more. An endpoint of a client mostly has one, for which an immutable set
         * takes a seventh of the memory. Guarded by this.
         */
        private Set<RegisteredSession> members = Set.of();
        /** Written with the lock held, so that a copy never outlives a change. */
        private volatile @Nullable Set<Session> copy;

        synchronized void add(RegisteredSession session) {
            if (members.isEmpty()) {
                members = Set.of(session);
            } else {
                members = members instanceof HashSet ? members : new HashSet<>(members);
                members.add(session);
            }
            copy = null;
        }

        /** Returns whether no session is left. */
        synchronized boolean remove(RegisteredSession session) {
            if (members instanceof HashSet) {
                members.remove(session);
            } else if (members.contains(session)) {
                members = Set.of();
            }
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

    private final Set<RegisteredSession> all = ConcurrentHashMap.newKeySet();
    private final Map<Object, OpenSessions> byEndpoint = new ConcurrentHashMap<>();
    private final HttpSessions httpSessions = new HttpSessions();

    /**
     * The sessions whose handshake was accepted and whose transport is not yet open. Weak, since a transport may never
     * open without a call here. Guarded by emptied.
     */
    private final Set<RegisteredSession> opening = Collections.newSetFromMap(new WeakHashMap<>());

    /** Whether the container has ended, so that sessions are refused. Guarded by emptied. */
    private boolean sealed;

    /** Notified when the last session has gone. */
    private final Object emptied = new Object();

    /** The sessions whose onClose has not yet returned, or whose transport is not yet closed. */
    public List<RegisteredSession> all() {
        return List.copyOf(all);
    }

    /** How many sessions are not {@link #gone}. */
    public int size() {
        return all.size();
    }

    /** The sessions that end with the HTTP session of their handshake. */
    public HttpSessions httpSessions() {
        return httpSessions;
    }

    /**
     * Called when the handshake was accepted; a stop then waits for the session. Returns false if the container has
     * ended.
     */
    public boolean accepted(RegisteredSession session) {
        synchronized (emptied) {
            return !sealed && opening.add(session);
        }
    }

    /**
     * Called when the transport is open. Returns false if the container has ended, so that the session must not begin.
     */
    boolean begins(RegisteredSession session) {
        synchronized (emptied) {
            opening.remove(session);
            return !sealed && all.add(session);
        }
    }

    /** Called if the transport of an accepted handshake will never open. */
    void neverOpens(RegisteredSession session) {
        synchronized (emptied) {
            opening.remove(session);
            emptied.notifyAll();
        }
    }

    /**
     * Lists the session as open. Returns false if the HTTP session of the handshake has ended, so that the session must
     * be closed.
     */
    boolean opened(Object endpoint, RegisteredSession session) {
        boolean httpSessionLives = httpSessions.opened(session);
        byEndpoint.compute(endpoint, (key, open) -> {
            OpenSessions sessions = open == null ? new OpenSessions() : open;
            sessions.add(session);
            return sessions;
        });
        return httpSessionLives;
    }

    /** Called when the session begins to close: it is no longer listed as open, although onClose was not yet called. */
    void closing(Object endpoint, RegisteredSession session) {
        byEndpoint.computeIfPresent(endpoint, (key, open) -> open.remove(session) ? null : open);
    }

    /**
     * Called when onClose has returned. The transport may stay open a little, as after a violation (RFC 6455 7.1.1).
     */
    void ended(RegisteredSession session) {
        httpSessions.closed(session);
    }

    /** Called when the session has no further callback and no transport. Any number of times. */
    void gone(RegisteredSession session) {
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

    /**
     * Waits until every session has gone and none is about to open, or the deadline has passed. From then on sessions
     * are refused. Returns false if some are still open.
     */
    boolean awaitLast(long deadline) {
        synchronized (emptied) {
            boolean inTime = awaitWhile(() -> !all.isEmpty() || !opening.isEmpty(), deadline);
            sealed = true;
            opening.clear();
            return inTime || all.isEmpty();
        }
    }

    /** Waits until every session has gone, or the deadline has passed. */
    void awaitEmpty(long deadline) {
        synchronized (emptied) {
            awaitWhile(() -> !all.isEmpty(), deadline);
        }
    }

    /** The caller holds the lock. */
    private boolean awaitWhile(BooleanSupplier some, long deadline) {
        while (some.getAsBoolean()) {
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
