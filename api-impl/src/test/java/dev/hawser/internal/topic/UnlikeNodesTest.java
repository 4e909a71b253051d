package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes whose topics are configured in different ways, or in another way later, lose no message. */
class UnlikeNodesTest {
    private static final TopicOptions KEPT = TopicOptions.live().history(1000, Duration.ofMinutes(5));
    private static final String V1 = "hawser.topics.v1";

    private final FakeBroker broker = new FakeBroker();
    private final FakeBroker.Node first = broker.node(true);
    private final FakeBroker.Node second = broker.node(true);
    private final TopicWorld here = new TopicWorld();
    private final TopicWorld there = new TopicWorld();
    private final Peer ours = here.connect();
    private final Peer theirs = there.connect();
    private final Topics topics = Topics.of(ours.session());
    private final Topics elsewhere = Topics.of(theirs.session());

    UnlikeNodesTest() {
        topics.connect(first);
        elsewhere.connect(second);
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
        broker.close();
    }

    @Test
    void aMessageOfANodeThatKeepsNoHistoryReachesAllAndTakesNoOffset() {
        topics.configure("mixed", KEPT);
        subscribeBoth("mixed");
        Peer client = here.connect(new TopicWorld.Quiet(), V1, "");
        topics.subscribe(client.session(), "mixed");
        Heard a = new Heard(client);
        publish("mixed", 1, 1);
        await("the first", () -> a.texts().contains("1"));
        elsewhere.publish("mixed", "live");
        await("the live one", () -> ours.received().contains("text:live"));
        publish("mixed", 2, 3);
        await(
                "the others",
                () -> ours.received().contains("text:3") && a.texts().contains("3"));
        assertEquals(List.of("text:1", "text:live", "text:2", "text:3"), ours.received());
        assertEquals(List.of("1", "live", "2", "3"), a.texts());
        assertFalse(a.kinds().contains("gap"), "its offsets go on");
        assertEquals(-1, a.messages().get(1).offset(), "no place in the history");
        assertEquals(a.messages().get(0).offset(), a.messages().get(2).previous());
    }

    @Test
    void whatIsPublishedOnceAHistoryIsSwitchedOnReachesThoseWhoHaveSubscribedBefore() {
        subscribeBoth("later");
        topics.publish("later", "live");
        await("the live one", () -> theirs.received().contains("text:live"));
        for (Topics each : List.of(topics, elsewhere)) {
            each.configure("later", KEPT);
        }
        broker.awaitRead("later", first, second);
        publish("later", 1, 3);
        await(
                "all",
                () -> ours.received().contains("text:3") && theirs.received().contains("text:3"));
        List<String> all = List.of("text:live", "text:1", "text:2", "text:3");
        assertEquals(all, ours.received());
        assertEquals(all, theirs.received());
    }

    private void subscribeBoth(String topic) {
        topics.subscribe(ours.session(), topic);
        elsewhere.subscribe(theirs.session(), topic);
        broker.awaitSubscribed(topic, first, second);
    }

    private void publish(String topic, int begin, int end) {
        for (int i = begin; i <= end; i++) {
            topics.publish(topic, "" + i).toCompletableFuture().join();
        }
    }
}
