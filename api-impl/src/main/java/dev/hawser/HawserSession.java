package dev.hawser;

import jakarta.websocket.Session;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Every {@link Session} of Hawser is a HawserSession: cast to it for what the Jakarta interface does not have. All
 * methods are thread-safe.
 *
 * <pre>{@code
 * if (session instanceof HawserSession hawser) { ... }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface HawserSession extends Session {
    /**
     * The peer's address as the transport sees it, which is the proxy's if there is one in between; null if the
     * transport has none.
     */
    @Nullable SocketAddress getRemoteAddress();

    /** The address on this side of the connection; null if the transport has none. */
    @Nullable SocketAddress getLocalAddress();

    /**
     * Bytes that sends have accepted and that were not yet handed to the transport, like {@code
     * WebSocket.bufferedAmount} of a browser.
     */
    long getBufferedAmount();

    /** When the opening handshake was accepted. */
    Instant getOpenedAt();

    /**
     * Why the session ended, or is ending; null while it is open. Known in {@code onClose} and afterwards.
     *
     * @since 0.1.0
     */
    @Nullable CloseCause getCloseCause();
}
