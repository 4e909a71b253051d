package dev.hawser.topic;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions a published message reached.
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
     * How many sessions of this node took the message: it waits to be sent, or was sent. As with any asynchronous send,
     * the peer may not have read it. 0 if a backplane stores the message, since it is delivered when it comes back from
     * the broker.
     */
    int delivered();

    /**
     * How many subscribers did not get the message, because they are closing, or were closed because they read too
     * slowly. A message that a slow subscriber's rule drops counts as delivered, and in {@link TopicCounts#dropped}. In
     * a topic with history, a message for a session that agreed {@code hawser.topics.v1} also counts as delivered,
     * since that session can get it later.
     */
    int failed();

    /**
     * The result of sending the message to other nodes. It is complete when the broker has accepted the message, and
     * fails with a {@code BackplaneException} if the broker has not, or if that is not known. Without a backplane it is
     * complete.
     */
    CompletionStage<@Nullable Void> elsewhere();
}
