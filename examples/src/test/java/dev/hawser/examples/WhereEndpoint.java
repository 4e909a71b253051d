package dev.hawser.examples;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Answers the name of a kind of class with the place it was loaded from. Only in the WAR that {@link WarContentIT} puts
 * together.
 */
@ServerEndpoint("/where")
public final class WhereEndpoint {
    /** Called by the container. */
    @OnMessage
    public String where(String kind, Session session) {
        return switch (kind) {
            case "api" -> locationOf(Session.class);
            case "session" -> locationOf(session.getClass());
            case "container" -> locationOf(session.getContainer().getClass());
            case "remote" -> locationOf(session.getAsyncRemote().getClass());
            case "endpoint" -> locationOf(WhereEndpoint.class);
            default -> "unknown: " + kind;
        };
    }

    private static String locationOf(Class<?> type) {
        @Nullable CodeSource source = type.getProtectionDomain().getCodeSource();
        return type.getName() + " " + (source == null ? "unknown" : source.getLocation());
    }
}
