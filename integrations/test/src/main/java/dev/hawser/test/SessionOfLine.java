package dev.hawser.test;

import dev.hawser.HawserSession;
import dev.hawser.internal.session.SessionRegistry;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds the session of one connection among those of a client, by its own address, which tells it apart from others as
 * on a network. Thread-safe.
 */
final class SessionOfLine {
    private final SessionRegistry sessions;
    private final SocketAddress local;
    private volatile @Nullable HawserSession found;

    SessionOfLine(SessionRegistry sessions, SocketAddress local) {
        this.sessions = sessions;
        this.local = local;
    }

    /** Keeps the session from now on, since a session that has ended is not listed any more. */
    @Nullable HawserSession find() {
        HawserSession known = found;
        if (known != null) {
            return known;
        }
        HawserSession listed = sessions.all().stream()
                .filter(session -> local.equals(session.getLocalAddress()))
                .findFirst()
                .orElse(null);
        if (listed != null) {
            found = listed;
        }
        return found; // the other thread's, if that was quicker
    }

    /** @throws AssertionError if there is none */
    HawserSession get() {
        HawserSession session = find();
        if (session == null) {
            throw new AssertionError("The client has no session on this connection, or not yet");
        }
        return session;
    }
}
