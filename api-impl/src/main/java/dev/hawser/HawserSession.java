package dev.hawser;

import jakarta.websocket.Session;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Every {@link Session} of Hawser is one of these: cast to it for what the Jakarta interface does not tell. All methods
 * are thread-safe.
 *
 * <pre>{@code
 * if (session instanceof HawserSession hawser) { ... }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface HawserSession extends Session {
    /**
     * The peer's address as the transport sees it (a proxy's, if there is one between); null when the transport has
     * none.
     */
    @Nullable SocketAddress getRemoteAddress();

    /** The address on this side of the connection; null when the transport has none. */
    @Nullable SocketAddress getLocalAddress();

    /**
     * Bytes accepted by sends and not yet handed to the transport, as {@code WebSocket.bufferedAmount} of the browser.
     */
    long getBufferedAmount();

    /** When the opening handshake was accepted. */
    Instant getOpenedAt();
}
