package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.WebSocketSession;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is to be done with a request: the outcome of {@link EndpointServerContainer#upgrade(UpgradeRequest)}. */
public sealed interface UpgradeDecision {
    /** No opening handshake, or none for an endpoint of ours: the request goes on to the application untouched. */
    record NotOurs() implements UpgradeDecision {
        static final NotOurs INSTANCE = new NotOurs();
    }

    /**
     * The handshake is refused with an ordinary HTTP response.
     *
     * @param status 400 to 599
     * @param headers all fields to send but those of the body's length; a {@code Content-Type} is among them if there
     *     is a body
     * @param body to be sent in UTF-8; may be empty
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
     * fails, tell it {@code onClosed}, since whoever stops the container waits for it; it holds nothing else yet.
     *
     * @param status 101, or 200 for an extended CONNECT
     * @param headers all fields to send
     * @param session whose {@link #connection} listens to the transport that carries the bytes from now on
     */
    record Accepted(int status, Map<String, List<String>> headers, WebSocketSession session)
            implements UpgradeDecision {
        /** The listener for the transport. */
        public WebSocketConnection connection() {
            return session.connection();
        }
    }
}
