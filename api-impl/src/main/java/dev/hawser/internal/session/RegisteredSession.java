package dev.hawser.internal.session;

import dev.hawser.HawserSession;
import jakarta.websocket.CloseReason;
import org.jspecify.annotations.Nullable;

/** A session as its container sees it, which may end it. Thread-safe. */
public interface RegisteredSession extends HawserSession {
    /** The present id of the HttpSession that was there at the handshake, or null. */
    @Nullable String httpSessionId();

    /** The HttpSession has another id now. Called by {@link HttpSessions}, under its guard. */
    void httpSessionId(String changed);

    /**
     * Whether the end of the HttpSession closes this one: always if it had a user, otherwise if the application asks
     * for it.
     */
    boolean endsWithHttpSession();

    /** Its HttpSession has ended: closes it with 1008, and what still arrives is dropped. */
    void httpSessionEnded();

    /** The container stops: begins the closing handshake, and onClose is told this reason whatever the peer answers. */
    void closeAtStop(CloseReason reason);

    /** Cuts the connection without a closing handshake. */
    void cut(String why);
}
