package dev.hawser.topic;

import dev.hawser.internal.topic.ContainerTopics;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The topics of one container: its sessions subscribe to them, and whoever publishes to one reaches all that have. A
 * message is encoded, and compressed, once for all of them.
 *
 * <pre>{@code
 * @ServerEndpoint("/chat/{room}")
 * public class Chat {
 *     @OnOpen
 *     public void open(Session session, @PathParam("room") String room) {
 *         Topics.of(session).subscribe(session, "room/" + room); // ends with the session
 *     }
 *
 *     @OnMessage
 *     public void said(Session session, @PathParam("room") String room, String text) {
 *         Topics.of(session).publish("room/" + room, text, PublishOptions.toAll().except(session));
 *     }
 * }
 * }</pre>
 *
 * <p>What holds (docs/topics.md): what one thread publishes to a topic reaches each of its subscribers in that order. A
 * subscriber gets each message that is published after {@code subscribe} has returned, and none of those published
 * after {@code unsubscribe} has returned or its session has begun to close. Publishing never waits for a peer; who
 * reads too slowly is treated as {@link SlowSubscriber} says, and holds up nobody.
 *
 * <p>A topic exists as long as somebody is subscribed, or its history lasts ({@link TopicOptions#history}). Its name is
 * any text of 1 to 255 characters without control characters and {@code *}. Thread-safe: every method may be called
 * from any thread, within callbacks and outside of them.
 *
 * @since 0.1.0
 */
public interface Topics {
    /**
     * The topics of the container that a session belongs to.
     *
     * @throws IllegalArgumentException if the session is none of Hawser's
     */
    static Topics of(Session session) {
        return ContainerTopics.of(session);
    }

    /**
     * The topics of a server container, such as {@code session.getContainer()} of a server's session. In a servlet,
     * {@code dev.hawser.servlet.ServletTopics.of(servletContext)} is the same.
     *
     * @throws IllegalArgumentException if the container is none of Hawser's, or a client
     */
    static Topics of(WebSocketContainer container) {
        return ContainerTopics.of(container);
    }

    /**
     * Subscribes a session. Nothing happens if it is subscribed. The subscription ends when the session begins to
     * close.
     *
     * @throws IllegalStateException if the session is closing or closed
     * @throws IllegalArgumentException if the name is none, or the session belongs to another container
     */
    void subscribe(Session session, String topic);

    /**
     * The same, and says what happens while the session reads too slowly, whatever {@link TopicOptions#slow} says for
     * the topic. A session that is subscribed gets the new rule.
     */
    void subscribe(Session session, String topic, SlowSubscriber slow);

    /** Ends a subscription. Returns false if there was none. */
    boolean unsubscribe(Session session, String topic);

    /** The names of the topics that a session is subscribed to, as a copy; none once it has begun to close. */
    Set<String> subscriptions(Session session);

    /** How many sessions are subscribed to a topic. */
    int subscribers(String topic);

    /**
     * Publishes a text message.
     *
     * @return what became of it, complete when this returns
     * @throws IllegalArgumentException if the name is none
     */
    CompletionStage<Published> publish(String topic, String text);

    /** The same, but not to all, or with a key. */
    CompletionStage<Published> publish(String topic, String text, PublishOptions options);

    /** Publishes a binary message: the remaining bytes, which are copied. The buffer stays as it is. */
    CompletionStage<Published> publish(String topic, ByteBuffer bytes);

    /** The same, but not to all, or with a key. */
    CompletionStage<Published> publish(String topic, ByteBuffer bytes, PublishOptions options);

    /**
     * Publishes an object, encoded once, in the calling thread: with the encoders of {@link PublishOptions#encodedBy},
     * or those of {@link TopicOptions#encoders}. Without any, what {@code sendObject} can send as it is goes out:
     * primitives, String, byte[] and ByteBuffer.
     *
     * @return what became of it; failed with the {@code EncodeException} or {@code IOException} of an encoder
     * @throws IllegalArgumentException naming topic and class, if no encoder takes the object
     */
    CompletionStage<Published> publishObject(String topic, Object message);

    /** The same, but not to all, with a key, or with the encoders of an endpoint. */
    CompletionStage<Published> publishObject(String topic, Object message, PublishOptions options);

    /**
     * Sets the options of all topics whose name matches a pattern, those that exist, too. In a pattern {@code *} stands
     * for any characters but {@code /}, and {@code **} for any at all. Of several patterns that match, the one that was
     * configured last counts. Best called when the application starts.
     *
     * @throws IllegalArgumentException if an encoder breaks a rule of Jakarta WebSocket, or the pattern is empty
     */
    void configure(String pattern, TopicOptions options);

    /** What was counted since the container started, over all topics. */
    TopicCounts counts();

    /** What was counted for one topic since it exists; zeros if it does not. */
    TopicCounts counts(String topic);
}
