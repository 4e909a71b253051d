package dev.hawser.backplane;

import dev.hawser.topic.Topics;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages of topics between the nodes of one application, over a broker such as Redis. Each backplane delivers
 * live messages; a history and presence are optional.
 *
 * <pre>{@code
 * Topics.of(container).connect(new RedisBackplane("redis://localhost"));
 * }</pre>
 *
 * <p>{@link Topics} calls {@link #start} first and {@link #close} last. All other methods, also those of the history
 * and of presence, are called by one thread at a time, in the order in which they must take effect at the broker. None
 * of them may wait for the broker, because callbacks of the application call them.
 *
 * <p>A backplane must deliver the messages that one node publishes to a topic to each other node in their order, and at
 * most once. While its broker is away, its calls fail; it reconnects by itself, and then renews its subscriptions.
 *
 * @since 0.1.0
 */
public interface Backplane extends AutoCloseable {
    /**
     * Begins to connect, and returns at once.
     *
     * @param listener gets messages and events
     */
    void start(BackplaneListener listener);

    /**
     * Passes all later messages of a topic to the listener. Calls {@link BackplaneListener#subscribed} each time the
     * subscription has taken effect, also after a lost connection.
     */
    void subscribe(String topic);

    /** Ends a subscription. Messages that are on their way may still come. */
    void unsubscribe(String topic);

    /**
     * Passes a message to all subscribed nodes, perhaps also to this one.
     *
     * @param message must not be changed
     * @return complete when the broker has the message; failed if it has not, or if that is not known. Until then the
     *     message's memory counts
     */
    CompletionStage<@Nullable Void> publish(String topic, byte[] message);

    /** The store of messages for all nodes; null if this backplane has none. */
    default @Nullable HistoryStore history() {
        return null;
    }

    /** Knows which nodes are alive, and who is in a topic; null if this backplane does not. */
    default @Nullable PresenceStore presence() {
        return null;
    }

    /** Ends all connections, and waits at most some seconds for its own threads. Called when the container stops. */
    @Override
    void close();
}
