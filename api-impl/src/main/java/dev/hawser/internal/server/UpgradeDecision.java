package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.WebSocketSession;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What to do with a request: the result of {@link EndpointServerContainer#upgrade(UpgradeRequest)}. */
public sealed interface UpgradeDecision {
    /** The request is not an opening handshake for a deployed endpoint: it goes on to the application unchanged. */
    record NotOurs() implements UpgradeDecision {
        static final NotOurs INSTANCE = new NotOurs();
    }

    /**
     * The handshake is refused with an ordinary HTTP response.
     *
     * @param status 400 to 599
     * @param headers all fields to send except those of the body's length; they have a {@code Content-Type} if there is
     *     a body
     * @param body sent in UTF-8; may be empty
     */
    record Rejected(int status, Map<String, List<String>> headers, String body) implements UpgradeDecision {
        static Rejected of(HandshakeRejectedException e) {
            if (e.body().isEmpty() || e.headers().containsKey("Content-Type")) {
                return new Rejected(e.status(), e.headers(), e.body());
            }
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(e.headers());
            headers.put("Content-Type", List.of("text/plain;charset=utf-8"));
            return new Rejected(e.status(), headers, e.body());
        }
    }

    /**
     * The handshake is accepted: send the status and headers, then attach the connection to the transport. If that
     * fails, call the connection's {@code onClosed}, because the stop of the container waits for it.
     *
     * @param status 101, or 200 for an extended CONNECT
     * @param headers all fields to send
     * @param session the new session; its {@link #connection} is the listener of the transport
     */
    record Accepted(int status, Map<String, List<String>> headers, WebSocketSession session)
            implements UpgradeDecision {
        /** The listener of the transport. */
        public WebSocketConnection connection() {
            return session.connection();
        }
    }
}
