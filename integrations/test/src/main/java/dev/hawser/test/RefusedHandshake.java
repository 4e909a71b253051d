package dev.hawser.test;

import java.util.List;
import java.util.Map;

/**
 * The answer to an opening handshake that was refused.
 *
 * <pre>{@code
 * RefusedHandshake refused = tester.handshake("/chat").origin("https://evil.example").expectRefused(403);
 * }</pre>
 *
 * @param status the HTTP status; 404 also stands for a path without an endpoint, which a server leaves to its pages
 * @param headers the fields of the answer, unmodifiable; names are case-insensitive
 * @param body the body, or ""
 * @since 0.1.0
 */
public record RefusedHandshake(int status, Map<String, List<String>> headers, String body) {
    String description() {
        return status + (body.isEmpty() ? "" : " " + Quoted.text(body));
    }
}
