package dev.hawser;

import dev.hawser.internal.http.HeaderGrammar;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to an opening handshake that is refused: an HTTP status with headers and a body (RFC 6455 4.2.2). An
 * application throws it from any method of its {@code ServerEndpointConfig.Configurator}, or from the constructor of
 * its endpoint. Immutable and thread-safe.
 *
 * <pre>{@code
 * public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
 *     if (request.getUserPrincipal() == null) {
 *         throw new HandshakeRejectedException(401, "Log in first", Map.of("WWW-Authenticate", List.of("Basic")), "");
 *     }
 * } }</pre>
 *
 * <p>It is an answer and not a defect, so it has no stack trace and is not logged as an error. Browsers do not show the
 * answer to the page; other clients do.
 *
 * @since 0.1.0
 */
public final class HandshakeRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, List<String>> headers;
    private final String body;

    /**
     * An answer whose body is the message, as {@code text/plain} in UTF-8, without further headers.
     *
     * @param status 400 to 599
     * @param message sent as the body, and logged
     * @throws IllegalArgumentException if the status is not one of these
     */
    public HandshakeRejectedException(int status, String message) {
        this(status, message, Map.of(), message);
    }

    /**
     * An answer in full.
     *
     * @param status 400 to 599
     * @param message logged, but not sent
     * @param headers sent with the answer; names are tokens, and values have no CR, LF or NUL
     * @param body sent in UTF-8, as {@code text/plain} unless the headers have a {@code Content-Type}; may be empty
     * @throws IllegalArgumentException if the status or a header is not legal
     */
    public HandshakeRejectedException(int status, String message, Map<String, List<String>> headers, String body) {
        super(message, null, false, false);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException(
                    "A rejected handshake is answered with a status from 400 to 599, not " + status);
        }
        this.status = status;
        this.headers = checkedCopy(headers);
        this.body = body;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /**
     * The headers to send besides those that HTTP itself needs; unmodifiable, with case-insensitive names, and empty
     * after serialization.
     */
    public Map<String, List<String>> headers() {
        return headers == null ? Map.of() : headers;
    }

    /** The body, which is sent in UTF-8, or "" for none. */
    public String body() {
        return body;
    }

    private static Map<String, List<String>> checkedCopy(Map<String, List<String>> headers) {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        HeaderGrammar.checkFields(copy);
        return Collections.unmodifiableMap(copy);
    }
}
