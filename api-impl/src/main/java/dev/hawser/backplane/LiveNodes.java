package dev.hawser.backplane;

import java.util.Set;

/**
 * The result of {@link PresenceStore#renew}.
 *
 * <pre>{@code
 * return new LiveNodes(true, Set.of("node-1", "node-2"));
 * }</pre>
 *
 * @param wasAlive whether the lease of the calling node had not ended; false at its first call
 * @param alive the nodes with a lease, including the calling one
 * @since 0.1.0
 */
public record LiveNodes(boolean wasAlive, Set<String> alive) {
    public LiveNodes {
        alive = Set.copyOf(alive);
    }
}
