package dev.hawser.internal.protocol.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of an HTTP request, as the container parsed it: what an opening handshake is validated by. */
public interface RequestHead {
    /** The method, as {@code GET} or {@code CONNECT}. */
    String method();

    /** The version as {@code HTTP/1.1} or {@code HTTP/2.0}. */
    String httpVersion();

    /**
     * The pseudo-header {@code :protocol} of an extended CONNECT (RFC 8441), which asks for a WebSocket over one HTTP/2
     * stream; null for every other request.
     */
    @Nullable String tunnelProtocol();

    /** The lines of one header field, in their order; the name is case-insensitive. Empty if there are none. */
    List<String> header(String name);
}
