package dev.hawser.internal.topic;

import dev.hawser.topic.SlowSubscriber;

/** That one session is subscribed to one topic, as the session's side knows it. Thread-safe. */
interface Subscription {
    /** The name of the topic. */
    String topic();

    /** What happens while the session is slow: its own rule, or the topic's. */
    SlowSubscriber rule();

    /** A message that waited for the session was dropped. */
    void dropped();

    /** There is room for what it could not deliver before: it is to try again, on a thread that holds no lock. */
    void tryAgain();

    /** The session closes. Never waits, and is called once. */
    void leave();
}
