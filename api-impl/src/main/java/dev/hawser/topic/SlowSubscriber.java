package dev.hawser.topic;

import dev.hawser.Setting;

/**
 * What happens to a subscriber whose peer reads more slowly than messages are published. In no case does it delay the
 * publisher or another subscriber.
 *
 * <pre>{@code
 * topics.subscribe(session, "prices", SlowSubscriber.LATEST);
 * }</pre>
 *
 * <p>A peer that reads nothing at all is cut after {@link Setting#SEND_TIMEOUT}, as without topics.
 *
 * @since 0.1.0
 */
public enum SlowSubscriber {
    /**
     * Messages wait like all others that are sent to the session; when {@link Setting#OUTBOUND_BYTES} or {@link
     * Setting#OUTBOUND_MESSAGES} is reached, it is closed with 1013. The default, because nothing is lost silently.
     */
    CLOSE,
    /**
     * Up to 16 KiB wait to be sent, and behind them a backlog of up to {@link Setting#TOPIC_BACKLOG_BYTES}. If the
     * backlog is full, a new message replaces the oldest one in it.
     */
    DROP_OLDEST,
    /**
     * Like {@link #DROP_OLDEST}, and in the backlog behind the 16 KiB a message replaces an older one of the same topic
     * and {@link PublishOptions#key}: for prices, positions, and other values whose older versions are worthless.
     */
    LATEST
}
