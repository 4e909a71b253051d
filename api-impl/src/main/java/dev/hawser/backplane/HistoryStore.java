package dev.hawser.backplane;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The messages of topics with history, at the broker, so that their order and their offsets are the same on all nodes.
 *
 * <pre>{@code
 * var stored = store.append("room/7", nodeId, ++number, bytes, 1000, Duration.ofMinutes(10));
 * }</pre>
 *
 * @since 0.1.0
 */
public interface HistoryStore {
    /**
     * Stores a message and passes it to all nodes that are subscribed, this one, too, as one step.
     *
     * @param sender the node. Its numbers grow; a message whose number is not above the last one that was stored of
     *     this sender in this topic, since it was asked for twice, is not stored again
     * @param message not to be changed
     * @param most how many messages of the topic are kept
     * @param age how long each is kept
     * @return complete when the broker has stored it; failed if that is not known
     */
    CompletionStage<?> append(String topic, String sender, long number, byte[] message, int most, Duration age);

    /**
     * What is kept behind a message. It contains nothing that is appended by a later call of this node. Where the
     * broker does not know that message, since it has lost it and others after it, it begins a new epoch first.
     *
     * @param known the last message that this node knows, or {@link StoredMessage#NONE}. In another epoch than its own
     *     all that is kept is asked for
     */
    CompletionStage<StoredMessages> read(String topic, StoredMessage known);
}
