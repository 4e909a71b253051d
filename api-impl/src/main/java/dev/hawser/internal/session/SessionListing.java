package dev.hawser.internal.session;

import dev.hawser.CloseCause;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.Session;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Lists one session while it lives: in its container, its endpoint and its HttpSession. */
final class SessionListing {
    private static final AtomicReferenceFieldUpdater<SessionListing, AtClosing> AT_CLOSING =
            AtomicReferenceFieldUpdater.newUpdater(SessionListing.class, AtClosing.class, "atClosing");

    /** Loaded with this class: at the close of a session there may be neither memory nor stack for that. */
    private static final AtClosing CLOSED = AtClosing.CLOSED;

    private final ContainerRuntime runtime;
    private final SessionRegistry registry;
    private final RegisteredSession session;
    private final Object endpointKey;
    /** Null until somebody asks for it, or the session closes. Made through {@link #AT_CLOSING}. */
    private volatile @Nullable AtClosing atClosing;
    /** Written before the session is known to other threads. */
    private volatile SessionPlace place = SessionPlace.NONE;
    /** Whether it has begun and not ended for the log of frames. One thread at a time forgets a session. */
    private volatile boolean watched;
    /** Accessed only by the thread that opens the connection. */
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

    /** Gives this place back when the session has gone. */
    void occupies(SessionPlace taken) {
        place = taken;
    }

    /** The open sessions of the same endpoint. */
    Set<Session> openSessions() {
        return registry.openSessions(endpointKey);
    }

    /** The listener for the beginning of the close. */
    AtClosing atClosing() {
        AtClosing made = atClosing;
        if (made == null) {
            AT_CLOSING.compareAndSet(this, null, new AtClosing());
            made = Objects.requireNonNull(atClosing);
        }
        return made;
    }

    private void tellAtClosing() {
        AtClosing present = atClosing;
        if (present != null || !AT_CLOSING.compareAndSet(this, null, CLOSED)) {
            atClosing().closing();
        }
    }

    /** Called when the transport is open. Returns false if the container has ended. */
    boolean begins() {
        runtime.watch().sessionBegins();
        watched = true;
        return registry.begins(session);
    }

    /** Makes the session visible to other sessions of the endpoint. */
    void joins() {
        httpSessionLives = registry.opened(endpointKey, session);
    }

    /** Closes the session if its container has begun to stop meanwhile, or its HttpSession has ended. */
    void joined() {
        if (runtime.isClosing()) {
            session.closeAtStop(ContainerRuntime.stopReason());
        } else if (!httpSessionLives) {
            session.httpSessionEnded();
        }
    }

    /** Called when the session begins to close, any number of times: broadcasts leave it out from now on. */
    void closing() {
        tellAtClosing();
        registry.closing(endpointKey, session);
    }

    /** Called once, with the cause. */
    void endedFor(CloseCause cause) {
        runtime.ended(cause);
    }

    /** Called when onClose has returned. */
    void ended() {
        registry.ended(session);
    }

    /** Called when the session and its transport have ended, or if it never opened. Any number of times. */
    void forget() {
        if (watched) {
            watched = false;
            runtime.watch().sessionEnds();
        }
        place.giveBack(); // before the registry tells a stop that all have gone
        tellAtClosing();
        registry.neverOpens(session);
        registry.gone(session);
    }
}
