package dev.hawser.internal.session;

import dev.hawser.internal.protocol.Role;
import jakarta.websocket.Session;
import java.util.Set;

/** Where one session is listed while it lives: with its container, its endpoint and its HttpSession. */
final class SessionListing {
    private final ContainerRuntime runtime;
    private final SessionRegistry registry;
    private final RegisteredSession session;
    private final Object endpointKey;
    private final AtClosing atClosing = new AtClosing();
    /** Only touched by the thread that opens the connection. */
    private boolean httpSessionLives;

    SessionListing(ContainerRuntime runtime, EstablishedHandshake handshake, RegisteredSession session) {
        this.runtime = runtime;
        this.registry = runtime.registry();
        this.session = session;
        // Sessions of the same server endpoint, or of the same client endpoint instance, belong together.
        this.endpointKey = handshake.role() == Role.SERVER
                ? handshake.plan()
                : handshake.endpoint().object();
    }

    /** The open sessions of the same endpoint. */
    Set<Session> openSessions() {
        return registry.openSessions(endpointKey);
    }

    /** Who is told when the session begins to close. */
    AtClosing atClosing() {
        return atClosing;
    }

    /** The transport is open. Returns false if the container has ended. */
    boolean begins() {
        return registry.begins(session);
    }

    /** Other sessions of the endpoint see it from now on. */
    void joins() {
        httpSessionLives = registry.opened(endpointKey, session);
    }

    /** Closes it if its container has begun to stop meanwhile, or its HttpSession has ended. */
    void joined() {
        if (runtime.isClosing()) {
            session.closeAtStop(ContainerRuntime.stopReason());
        } else if (!httpSessionLives) {
            session.httpSessionEnded();
        }
    }

    /** It begins to close: broadcasts leave it out. Any number of times. */
    void closing() {
        atClosing.closing();
        registry.closing(endpointKey, session);
    }

    /** Its onClose has returned. */
    void ended() {
        registry.ended(session);
    }

    /** Nothing is left of it, or it never opened. Any number of times. */
    void forget() {
        atClosing.closing();
        registry.neverOpens(session);
        registry.gone(session);
    }
}
