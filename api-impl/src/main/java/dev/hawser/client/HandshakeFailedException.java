package dev.hawser.client;

import jakarta.websocket.DeploymentException;
import java.util.List;
import java.util.Map;

/**
 * The server, or a proxy before it, answered but did not open a WebSocket: the status is not 101, or the 101 breaks RFC
 * 6455 section 4.1. For reconnect logic: {@code Retry-After} is among the {@link #headers()}, and a {@link #status()}
 * of 4xx other than 408, 425 and 429 will most likely come again.
 *
 * <pre>{@code
 * try {
 *     session = container.connectToServer(endpoint, uri);
 * } catch (HandshakeFailedException e) {
 *     List<String> wait = e.headers().getOrDefault("Retry-After", List.of());
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class HandshakeFailedException extends DeploymentException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, List<String>> headers;
    private final boolean fromProxy;

    /**
     * Used by Hawser, and by tests of code that handles the exception.
     *
     * @param headers an unmodifiable map with case-insensitive names
     */
    public HandshakeFailedException(String message, int status, Map<String, List<String>> headers, boolean fromProxy) {
        super(message);
        this.status = status;
        this.headers = headers;
        this.fromProxy = fromProxy;
    }

    /** The HTTP status of the response. */
    public int status() {
        return status;
    }

    /** The response's header fields, with case-insensitive names; unmodifiable, and empty after serialization. */
    public Map<String, List<String>> headers() {
        return headers == null ? Map.of() : headers;
    }

    /** Whether the response was a proxy's answer to CONNECT. */
    public boolean fromProxy() {
        return fromProxy;
    }
}
