package dev.hawser.spring;

import dev.hawser.HawserContainer;
import dev.hawser.HawserSession;
import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The Actuator endpoint {@code websockets}: the open sessions, the oldest first. */
@Endpoint(id = "websockets")
public final class WebSocketsEndpoint {
    private final HawserServer server;

    WebSocketsEndpoint(HawserServer server) {
        this.server = server;
    }

    /** All open sessions. */
    public record OpenSessions(int count, List<OpenSession> sessions) {}

    /**
     * One session.
     *
     * @param path the path of its handshake, without the query, which may hold a token
     * @param principal the name of the user, or null
     * @param since when its handshake was accepted
     * @param bufferedBytes bytes that sends have accepted and that were not yet handed to the network
     */
    public record OpenSession(
            String id, String path, @Nullable String principal, Instant since, long bufferedBytes) {}

    /** The answer to {@code GET /actuator/websockets}. */
    @ReadOperation
    public OpenSessions sessions() {
        HawserContainer container = server.container();
        List<OpenSession> sessions = new ArrayList<>();
        if (container != null) {
            for (HawserSession session : container.getOpenSessions()) {
                addTo(sessions, session);
            }
        }
        sessions.sort(Comparator.comparing(OpenSession::since));
        return new OpenSessions(sessions.size(), sessions);
    }

    private static void addTo(List<OpenSession> sessions, HawserSession session) {
        try {
            Principal principal = session.getUserPrincipal();
            sessions.add(new OpenSession(
                    session.getId(),
                    String.valueOf(session.getRequestURI().getPath()),
                    principal == null ? null : principal.getName(),
                    session.getOpenedAt(),
                    session.getBufferedAmount()));
        } catch (IllegalStateException e) {
            // The session has ended since it was listed.
        }
    }
}
