package dev.hawser.internal.topic;

import dev.hawser.topic.SlowSubscriber;

/** The subscription of one session to one topic, as the session sees it. Thread-safe. */
interface Subscription {
    /** The name of the topic. */
    String topic();

    /** The rule for a slow session: its own, or the topic's. */
    SlowSubscriber rule();

    /** A message that waited for the session was dropped. */
    void dropped();

    /** There is room again: the delivery is tried again, on a thread that holds no lock. */
    void tryAgain();

    /** The session closes. Never waits, and is called once. */
    void leave();
}
