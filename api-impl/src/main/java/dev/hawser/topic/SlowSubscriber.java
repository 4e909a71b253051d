package dev.hawser.topic;

import dev.hawser.Setting;

/**
 * What happens to a subscriber whose peer reads more slowly than messages are published. Whatever it is, it holds up
 * neither the publisher nor another subscriber.
 *
 * <pre>{@code
 * topics.subscribe(session, "prices", SlowSubscriber.LATEST);
 * }</pre>
 *
 * <p>A peer that takes nothing at all is cut after {@link Setting#SEND_TIMEOUT}, as always.
 *
 * @since 0.1.0
 */
public enum SlowSubscriber {
    /**
     * Messages wait like all others that are sent to it; when {@link Setting#OUTBOUND_BYTES} or
     * {@link Setting#OUTBOUND_MESSAGES} is reached, the session is closed with 1013. The default: nothing is lost
     * without a word.
     */
    CLOSE,
    /**
     * Some 16 KiB wait to be sent, and then {@link Setting#TOPIC_BACKLOG_BYTES}, of which the oldest messages make room
     * for new ones.
     */
    DROP_OLDEST,
    /**
     * The same, and of the messages that wait beyond those 16 KiB a newer one replaces the older one of the same topic
     * and {@link PublishOptions#key}: for prices, positions, and other values of which only the present one counts.
     */
    LATEST
}
