package dev.hawser.backplane;

/**
 * The topics of a node, as their {@link Backplane} sees them. No method waits. All may be called from any thread; the
 * calls for one topic come one at a time, in the order of the broker.
 *
 * <pre>{@code
 * public void message(String channel, byte[] bytes) { // a callback of the broker's client
 *     listener.live(topicOf(channel), bytes);
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface BackplaneListener {
    /** A message that was {@link Backplane#publish published}. It must not be changed afterwards. */
    void live(String topic, byte[] message);

    /** A message that was {@link HistoryStore#append stored}. */
    void stored(String topic, StoredMessage message);

    /** What {@link PresenceStore#put} has passed on: who is in a topic on one node, perhaps this one. */
    void present(String topic, String node, byte[] members);

    /** The subscription to a topic has taken effect, perhaps again: earlier messages may not have come. */
    void subscribed(String topic);

    /** The broker is connected, or the connection is lost; for the log and the counts. */
    void connected(boolean there);
}
