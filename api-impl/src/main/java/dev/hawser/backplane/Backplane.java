package dev.hawser.backplane;

import dev.hawser.topic.Topics;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages of topics between the nodes of one application, over a broker such as Redis. Live delivery is what
 * each has; a history is a capability that it may lack.
 *
 * <pre>{@code
 * Topics.of(container).connect(new RedisBackplane("redis://localhost"));
 * }</pre>
 *
 * <p>What {@link Topics} does: it calls {@link #start} first and {@link #close} last. All other methods, those of the
 * history, too, are called by one thread at a time, in the order in which they are to take effect at the broker. None
 * of them may wait for the broker: who calls is a callback of the application.
 *
 * <p>What a backplane does: messages that one node publishes to a topic reach each other node in their order, and at
 * most once. While its broker is away it fails what it is asked for, connects again by itself, and then subscribes
 * again to what it is subscribed to.
 *
 * @since 0.1.0
 */
public interface Backplane extends AutoCloseable {
    /**
     * Begins to connect, and returns at once.
     *
     * @param listener is told what comes
     */
    void start(BackplaneListener listener);

    /**
     * From now on what is published to a topic is passed to the listener. Each time when that has taken effect, also
     * after a connection that was lost, the listener is told {@link BackplaneListener#subscribed}.
     */
    void subscribe(String topic);

    /** The contrary. What is on its way may still come. */
    void unsubscribe(String topic);

    /**
     * Passes a message to all nodes that are subscribed; whether this one gets it, too, does not matter.
     *
     * @param message not to be changed
     * @return complete when the broker has it; failed if that is not known. Its memory counts until then
     */
    CompletionStage<@Nullable Void> publish(String topic, byte[] message);

    /** Keeps messages of topics for all nodes; null if this backplane cannot. */
    default @Nullable HistoryStore history() {
        return null;
    }

    /** Ends all connections. Returns soon. */
    @Override
    void close();
}
