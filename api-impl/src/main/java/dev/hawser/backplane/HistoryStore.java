package dev.hawser.backplane;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the messages of topics with history at the broker, so that their order and offsets are the same on all nodes.
 *
 * <pre>{@code
 * var stored = store.append("room/7", nodeId, ++number, bytes, 1000, Duration.ofMinutes(10));
 * }</pre>
 *
 * @since 0.1.0
 */
public interface HistoryStore {
    /**
     * Stores a message and passes it to all subscribed nodes, including this one, as one atomic step.
     *
     * @param sender the node
     * @param number grows with each message of the sender. A message whose number is not above that of the sender's
     *     last stored message in this topic is a repetition, and is not stored again
     * @param message must not be changed
     * @param most how many messages of the topic are kept
     * @param age how long each is kept
     * @return complete when the broker has stored the message; failed if it has not, or if that is not known
     */
    CompletionStage<?> append(String topic, String sender, long number, byte[] message, int most, Duration age);

    /**
     * Reads the messages after a known one. The result contains no message that a later call of this node appends. If
     * the broker does not know the known message, because it has lost its newest messages, it first begins a new epoch.
     *
     * @param known the last message that this node knows, or {@link StoredMessage#NONE}. If the current epoch is
     *     another one, the result has all kept messages
     * @param most how many messages of the topic are kept, as with {@code append}
     * @param age how long each is kept
     */
    CompletionStage<StoredMessages> read(String topic, StoredMessage known, int most, Duration age);
}
