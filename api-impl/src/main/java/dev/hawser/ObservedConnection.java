package dev.hawser;

/**
 * The connection that a {@link ConnectionObserver} is told about: an id that is unique in a log, and names with few
 * values for metrics. It holds no query, no header fields and no user.
 *
 * <pre>{@code
 * registry.counter("websocket.opened", "endpoint", connection.endpoint()).increment();
 * }</pre>
 *
 * @param sessionId the id of its session, as {@code Session.getId} gives it
 * @param endpoint the path of a server's endpoint as it is declared, such as {@code /chat/{room}}, or the class of a
 *     client's
 * @param client whether this side is the client
 * @since 0.1.0
 */
public record ObservedConnection(String sessionId, String endpoint, boolean client) {}
