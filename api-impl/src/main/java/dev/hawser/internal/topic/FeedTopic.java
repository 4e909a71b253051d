package dev.hawser.internal.topic;

import dev.hawser.topic.TopicOptions;
import java.util.function.Consumer;

/** A topic, as its {@link TopicFeed} sees it. */
interface FeedTopic {
    String name();

    TopicOptions options();

    /** Runs a step with the topic's lock held, and then attends the sessions that need it. */
    void underLock(Consumer<Attention> step);

    /** Passes a message to all members that are not waiting. Called with the lock held. */
    void passToAll(Publication message, boolean stored, Attention attention);
}
