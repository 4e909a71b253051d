package dev.hawser;

import org.jspecify.annotations.Nullable;

/**
 * How an opening handshake was decided, for a {@link ConnectionObserver}. A server decides about requests for its
 * endpoints; it passes other requests on to the application and reports no handshake for them. A client reports one
 * when its server has answered, or when no answer came.
 *
 * <pre>{@code
 * if (handshake.status() == 403) {
 *     refusedOrigins.increment();
 * }
 * }</pre>
 *
 * @param endpoint as in {@link ObservedConnection#endpoint}
 * @param client whether this side is the client
 * @param status the HTTP status: 101, or 200 for an extended CONNECT, if accepted; 0 if a client got no answer
 * @param nanos how long the decision took, in nanoseconds; for a client from the name lookup on
 * @param sessionId the id of the session if accepted; null otherwise
 * @since 0.1.0
 */
public record ObservedHandshake(
        String endpoint,
        boolean client,
        int status,
        long nanos,
        @Nullable String sessionId) {
    /** Whether there is a connection. */
    public boolean accepted() {
        return status == 101 || status == 200;
    }
}
