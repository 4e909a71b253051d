package dev.hawser.internal.protocol.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an opening handshake is judged by: the head of an HTTP request, as its container parsed it. */
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

    /** The lines of one header field, in their order, looked up in any case of letters; empty if there are none. */
    List<String> header(String name);
}
