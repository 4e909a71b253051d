package dev.hawser.internal.session;

import dev.hawser.CloseCause;
import dev.hawser.HawserSession;
import jakarta.websocket.CloseReason;
import org.jspecify.annotations.Nullable;

/** A session with the methods by which its container ends it. Thread-safe. */
public interface RegisteredSession extends HawserSession {
    /** The present id of the HttpSession that was there at the handshake, or null. */
    @Nullable String httpSessionId();

    /** Sets another id of the HttpSession. Called by {@link HttpSessions}, with its lock held. */
    void httpSessionId(String changed);

    /**
     * Whether the end of the HttpSession closes the session: always if there is a user, otherwise if the setting says
     * so.
     */
    boolean endsWithHttpSession();

    /** Closes the session with 1008, because its HttpSession has ended, and drops what still arrives. */
    void httpSessionEnded();

    /**
     * Begins the closing handshake, because the container stops. onClose gets this reason, whatever the peer answers.
     */
    void closeAtStop(CloseReason reason);

    /** Cuts the connection without a closing handshake. */
    void cut(String why, CloseCause cause);
}
