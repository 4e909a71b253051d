package dev.hawser.backplane;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Tells the nodes of an application which of them are alive, and who is in a topic on each.
 *
 * <pre>{@code
 * store.renew(node, Duration.ofSeconds(4)).thenAccept(nodes -> forgetAllBut(nodes.alive()));
 * }</pre>
 *
 * @since 0.1.0
 */
public interface PresenceStore {
    /**
     * Renews the lease of this node, or begins one. A node whose lease has ended is not alive until it renews it.
     *
     * @param lease how long the node is alive without another call
     */
    CompletionStage<LiveNodes> renew(String node, Duration lease);

    /**
     * Keeps who is in a topic on one node, in the place of what was kept before, and passes it to all subscribed nodes
     * ({@link BackplaneListener#present}), as one atomic step.
     *
     * @param members must not be changed
     * @param keep how long it is kept, if no node calls this again for the topic. Zero if nobody is left: then nothing
     *     is kept, and the nodes are told
     */
    CompletionStage<?> put(String topic, String node, byte[] members, Duration keep);

    /** What is kept for a topic, by node. It may contain nodes whose lease has ended. */
    CompletionStage<Map<String, byte[]>> read(String topic);
}
