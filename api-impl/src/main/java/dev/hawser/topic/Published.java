package dev.hawser.topic;

/**
 * What became of a message that was published.
 *
 * <pre>{@code
 * topics.publish("room/7", "hello").thenAccept(published -> LOG.log(DEBUG, "reached {0}", published.delivered()));
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public interface Published {
    /**
     * How many sessions took it: it waits to be sent, or is on its way. As with any asynchronous send, that says
     * nothing about what the peer has read.
     */
    int delivered();

    /**
     * How many subscribers did not get it: they are closing, or have been closed because they read too slowly. A
     * message that a slow subscriber's rule drops counts as delivered here, and in {@link TopicCounts#dropped}. So does
     * one of a topic with history to a session that agreed {@code hawser.topics.v1}: it can come to it later.
     */
    int failed();
}
