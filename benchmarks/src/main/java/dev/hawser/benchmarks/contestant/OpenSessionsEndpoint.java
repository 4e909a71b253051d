package dev.hawser.benchmarks.contestant;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** What stands in the place of {@link TopicEndpoint} on the peers: a loop over all open sessions. */
@ServerEndpoint("/topic")
public class OpenSessionsEndpoint {
    /** Sends to all. A session that cannot take another message does not get it, as in {@link BroadcastEndpoint}. */
    @OnMessage(maxMessageSize = Endpoints.MEDIUM)
    public void text(Session from, String message) {
        for (Session session : from.getOpenSessions()) {
            try {
                session.getAsyncRemote().sendText(message, result -> {});
            } catch (IllegalStateException e) {
                // the load generator counts deliveries, and makes the row void if one is missing
            }
        }
    }
}
