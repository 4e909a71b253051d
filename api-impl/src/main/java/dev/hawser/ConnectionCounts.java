package dev.hawser;

/**
 * The connections of one application, at one moment: its sessions, and the opening handshakes that a cap has refused.
 * {@link HawserContainer#getConnectionCounts} gives them.
 *
 * <pre>{@code
 * gauge("websocket.sessions", () -> container.getConnectionCounts().sessions());
 * }</pre>
 *
 * @param sessions how many sessions count towards the caps, from the opening handshake until onClose has returned and
 *     the connection is closed
 * @param refusedBySessions how many handshakes {@link Setting#MAX_SESSIONS} has refused
 * @param refusedByAddress how many handshakes {@link Setting#MAX_SESSIONS_PER_ADDRESS} has refused
 * @param refusedByRate how many handshakes {@link Setting#MAX_HANDSHAKES_PER_SECOND} has refused
 * @since 0.1.0
 */
public record ConnectionCounts(long sessions, long refusedBySessions, long refusedByAddress, long refusedByRate) {}
