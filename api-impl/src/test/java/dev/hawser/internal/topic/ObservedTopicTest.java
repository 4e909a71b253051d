package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;

import dev.hawser.internal.observe.RecordingObserver;
import dev.hawser.topic.Topics;
import org.junit.jupiter.api.Test;

/** What a topic sends is told as what a session sends. */
class ObservedTopicTest {
    @Test
    void aMessageIsToldOfEachSubscriber() {
        RecordingObserver told = new RecordingObserver();
        try (TopicWorld world = new TopicWorld()) {
            TopicWorld.Peer first = world.connect();
            TopicWorld.Peer second = world.connect();
            Topics topics = Topics.of(first.session());
            topics.subscribe(first.session(), "t");
            topics.subscribe(second.session(), "t");
            world.runtime.observers().add(told);
            topics.publish("t", "hello");
            await("both are told", () -> told.of("message out TEXT 5").size() == 2);
            await(
                    "with their frames",
                    () -> told.of("frame out TEXT fin rsv0 5").size() == 2);
        }
    }
}
