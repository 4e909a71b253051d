package dev.hawser.topic;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneCounts;
import dev.hawser.internal.topic.ContainerTopics;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The topics of one container: sessions subscribe to topics, and a message that is published to a topic goes to all its
 * subscribers. It is encoded, and compressed, once for all of them.
 *
 * <pre>
 * &#64;ServerEndpoint("/chat/{room}")
 * public class Chat {
 *     &#64;OnOpen
 *     public void open(Session session, &#64;PathParam("room") String room) {
 *         Topics.of(session).subscribe(session, "room/" + room); // ends with the session
 *     }
 *     &#64;OnMessage
 *     public void said(Session session, &#64;PathParam("room") String room, String text) {
 *         Topics.of(session).publish("room/" + room, text, PublishOptions.toAll().except(session));
 *     }
 * }
 * </pre>
 *
 * <p>Guarantees (docs/topics.md): the messages that one thread publishes to a topic reach each of its subscribers in
 * that order. A subscriber gets each message that is published after {@code subscribe} has returned, and none that is
 * published after {@code unsubscribe} has returned or its session has begun to close. Publishing never waits for a
 * peer; {@link SlowSubscriber} says what happens to a session that reads too slowly.
 *
 * <p>A topic exists as long as a session is subscribed, or its history lasts ({@link TopicOptions#history}). Its name
 * is a text of 1 to 255 characters without control characters and {@code *}. Thread-safe: every method may be called
 * from any thread, inside and outside of callbacks.
 *
 * @since 0.1.0
 */
public interface Topics {
    /**
     * The topics of the container that a session belongs to.
     *
     * @throws IllegalArgumentException if the session is not Hawser's
     */
    static Topics of(Session session) {
        return ContainerTopics.of(session);
    }

    /**
     * The topics of a server container, such as {@code session.getContainer()} of a server's session. In a servlet,
     * {@code dev.hawser.servlet.ServletTopics.of(servletContext)} is the same.
     *
     * @throws IllegalArgumentException if the container is not Hawser's, or is a client
     */
    static Topics of(WebSocketContainer container) {
        return ContainerTopics.of(container);
    }

    /**
     * Subscribes a session; does nothing if it is already subscribed. The subscription ends when the session begins to
     * close.
     *
     * @throws IllegalStateException if the session is closing or closed
     * @throws IllegalArgumentException if the name is not valid, or the session belongs to another container
     */
    void subscribe(Session session, String topic);

    /**
     * Subscribes a session, with a rule for when it reads too slowly that wins over {@link TopicOptions#slow}. A
     * session that is already subscribed gets the new rule.
     */
    void subscribe(Session session, String topic, SlowSubscriber slow);

    /**
     * Subscribes a session and makes it a member of the topic, under a name that the application has checked. Sessions
     * with the same name, also on other nodes, are one member, who leaves with the last of them. The membership ends
     * with the subscription. A session that joins again under another name leaves under the earlier one.
     *
     * @param member 1 to 255 characters without control characters
     * @throws IllegalStateException if the session is closing or closed, or the topic has no {@link
     *     TopicOptions#presence}
     * @throws IllegalArgumentException if a name is not valid, or the session belongs to another container
     */
    void join(Session session, String topic, String member);

    /**
     * Who is in a topic, on all nodes if the backplane knows that, and otherwise on this node. Members on other nodes
     * appear and disappear shortly after they have joined or left; those of a node that has crashed disappear within 10
     * seconds.
     *
     * @return complete if a session of this node is subscribed to the topic, or there is no other node; otherwise the
     *     backplane is asked, and it fails with a {@code BackplaneException} if that does not answer
     * @throws IllegalArgumentException if the name is not valid
     */
    CompletionStage<Presence> present(String topic);

    /** Ends a subscription. Returns false if there was none. */
    boolean unsubscribe(Session session, String topic);

    /** The names of the topics to which a session is subscribed, as a copy; empty once it has begun to close. */
    Set<String> subscriptions(Session session);

    /** How many sessions are subscribed to a topic. */
    int subscribers(String topic);

    /**
     * Publishes a text message.
     *
     * @return the result, already complete. If a backplane stores the messages of the topic, it is complete when the
     *     broker has stored this one, and fails with a {@code BackplaneException} if the broker has not, or if that is
     *     not known
     * @throws IllegalArgumentException if the name is not valid
     */
    CompletionStage<Published> publish(String topic, String text);

    /** Publishes a text message with options, such as a session that does not get it, or a key. */
    CompletionStage<Published> publish(String topic, String text, PublishOptions options);

    /** Publishes a binary message: a copy of the remaining bytes. The buffer is not changed. */
    CompletionStage<Published> publish(String topic, ByteBuffer bytes);

    /** Publishes a binary message with options, such as a session that does not get it, or a key. */
    CompletionStage<Published> publish(String topic, ByteBuffer bytes, PublishOptions options);

    /**
     * Publishes an object. It is encoded once, in the calling thread, with the encoders of {@link
     * PublishOptions#encodedBy}, or with those of {@link TopicOptions#encoders}. Primitives, String, byte[] and
     * ByteBuffer need no encoder, as with {@code sendObject}.
     *
     * @return the result; failed with the {@code EncodeException} or {@code IOException} of an encoder
     * @throws IllegalArgumentException naming topic and class, if no encoder takes the object
     */
    CompletionStage<Published> publishObject(String topic, Object message);

    /** Publishes an object with options, such as the endpoint whose encoders are used. */
    CompletionStage<Published> publishObject(String topic, Object message, PublishOptions options);

    /**
     * Sets the options of all topics whose name matches a pattern, also of those that exist. In a pattern {@code *}
     * stands for any characters except {@code /}, and {@code **} for any characters. If several patterns match, the one
     * that was configured last counts. Best called when the application starts.
     *
     * @throws IllegalArgumentException if an encoder breaks a rule of Jakarta WebSocket, or the pattern is empty
     */
    void configure(String pattern, TopicOptions options);

    /**
     * Connects these topics to those of other nodes until the container stops, which closes the backplane. Best called
     * when the application starts, before anything is published. From then on a message reaches the subscribers of all
     * nodes (docs/topics.md).
     *
     * @throws IllegalStateException if they are already connected, or the container has stopped
     */
    void connect(Backplane backplane);

    /** The state of this node's connection to its backplane; false and zeros without a backplane. */
    BackplaneCounts backplane();

    /** The counts of all topics since the container started. */
    TopicCounts counts();

    /** The counts of one topic since it exists; zeros if it does not exist. */
    TopicCounts counts(String topic);
}
