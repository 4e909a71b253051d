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
 * The sessions of one container: those whose handshake was accepted and whose transport is about to open, all others
 * until their onClose has returned and their transport is gone, and by endpoint those that are open. Thread-safe.
 */
public final class SessionRegistry {
    /**
     * The open sessions of one endpoint. The copy that getOpenSessions answers is made once for many calls, as long as
     * nobody comes or goes.
     */
    private static final class OpenSessions {
        /** Guarded by this. */
        private final Set<RegisteredSession> members = new HashSet<>();
        /** Written under the guard, so that a copy never outlives a change. */
        private volatile @Nullable Set<Session> copy;

        synchronized void add(RegisteredSession session) {
            members.add(session);
            copy = null;
        }

        /** Returns whether nobody is left. */
        synchronized boolean remove(RegisteredSession session) {
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

    private final Set<RegisteredSession> all = ConcurrentHashMap.newKeySet();
    private final Map<Object, OpenSessions> byEndpoint = new ConcurrentHashMap<>();
    private final HttpSessions httpSessions = new HttpSessions();

    /**
     * Those whose handshake was accepted and whose transport has yet to open. Weak, since it may never open without
     * anybody being told. Guarded by emptied.
     */
    private final Set<RegisteredSession> opening = Collections.newSetFromMap(new WeakHashMap<>());

    /** Whether the container has ended, so that no session can come any more. Guarded by emptied. */
    private boolean sealed;

    /** Notified when the last session is gone. */
    private final Object emptied = new Object();

    /** The sessions whose onClose has not returned yet, or whose transport still lingers. */
    public List<RegisteredSession> all() {
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

    /**
     * The handshake of a session has been accepted: whoever stops waits for it. Returns false if the container has
     * ended.
     */
    public boolean accepted(RegisteredSession session) {
        synchronized (emptied) {
            return !sealed && opening.add(session);
        }
    }

    /**
     * The transport of a session is open. Returns false if the container has ended, so that the session must not begin.
     */
    boolean begins(RegisteredSession session) {
        synchronized (emptied) {
            opening.remove(session);
            return !sealed && all.add(session);
        }
    }

    /** The handshake was accepted, and its transport will never open. */
    void neverOpens(RegisteredSession session) {
        synchronized (emptied) {
            opening.remove(session);
            emptied.notifyAll();
        }
    }

    /**
     * Returns false if the HTTP session of the handshake has ended, so that this one, which {@link #begins}, is to be
     * closed.
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

    /** The session is closing: it is not shown any more, though its onClose is still to come. */
    void closing(Object endpoint, RegisteredSession session) {
        byEndpoint.computeIfPresent(endpoint, (key, open) -> open.remove(session) ? null : open);
    }

    /** The session's onClose has returned. Its transport may linger, as after a violation (RFC 6455 7.1.1). */
    void ended(RegisteredSession session) {
        httpSessions.closed(session);
    }

    /** Nothing of the session is left: neither a callback to come nor a transport. Any number of times. */
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
     * Waits until every session is gone and none is about to open, or the deadline has passed. From then on none can
     * come; returns false if there still are some that are open.
     */
    boolean awaitLast(long deadline) {
        synchronized (emptied) {
            boolean inTime = awaitWhile(() -> !all.isEmpty() || !opening.isEmpty(), deadline);
            sealed = true;
            opening.clear();
            return inTime || all.isEmpty();
        }
    }

    /** Waits until every session is gone, or the deadline has passed. */
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
