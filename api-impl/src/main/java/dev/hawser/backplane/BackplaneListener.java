package dev.hawser.backplane;

/**
 * What a {@link Backplane} tells the topics of its node. No method waits, and each may be called from any thread; of
 * one topic one at a time, in the order in which the broker told.
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
    /** A message that was {@link Backplane#publish published}; not to be changed from now on. */
    void live(String topic, byte[] message);

    /** A message that was {@link HistoryStore#append stored}. */
    void stored(String topic, StoredMessage message);

    /**
     * The subscription to a topic is in effect, perhaps again: what was published before may not have come.
     */
    void subscribed(String topic);

    /** The broker is there, or is away: for people and metrics. */
    void connected(boolean there);
}
