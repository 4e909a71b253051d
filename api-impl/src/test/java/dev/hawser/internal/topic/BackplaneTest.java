package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Published;
import dev.hawser.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Live topics of two nodes over a broker that a test holds in its hand. */
class BackplaneTest {
    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld here = new TopicWorld(
            Settings.builder().set(Setting.TOPIC_BACKPLANE_BYTES, 64 * 1024).build());
    private final TopicWorld there = new TopicWorld();
    private final FakeBroker.Node first = broker.node(true);
    private final FakeBroker.Node second = broker.node(true);
    private final Peer ours = here.connect();
    private final Peer theirs = there.connect();
    private final Topics topics = Topics.of(ours.session());
    private final Topics elsewhere = Topics.of(theirs.session());

    {
        topics.connect(first);
        elsewhere.connect(second);
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
        broker.close();
    }

    private void subscribeBoth(String topic) {
        topics.subscribe(ours.session(), topic);
        elsewhere.subscribe(theirs.session(), topic);
        broker.awaitSubscribed(topic, first, second);
    }

    @Test
    void aMessageReachesTheSubscribersOfAllNodesOnce() {
        Peer stranger = there.connect();
        elsewhere.subscribe(stranger.session(), "u");
        broker.awaitSubscribed("u", second);
        subscribeBoth("t");
        Published published = topics.publish("t", "hello").toCompletableFuture().join();
        assertEquals(1, published.delivered(), "at once, to the sessions of this node");
        published.elsewhere().toCompletableFuture().join();
        topics.publish("t", ByteBuffer.wrap("bytes".getBytes(StandardCharsets.UTF_8)));
        topics.publish("t", "to others", PublishOptions.toAll().except(ours.session()));
        await("they have come", () -> theirs.received().size() == 3);
        elsewhere.publish("t", "back");
        await("it has come", () -> ours.received().contains("text:back"));
        broker.settle();
        assertEquals(List.of("text:hello", "binary:bytes", "text:back"), ours.received());
        assertEquals(List.of("text:hello", "binary:bytes", "text:to others", "text:back"), theirs.received());
        assertEquals(List.of(), stranger.received());
        await("the broker has said so", () -> topics.backplane().sent() == 3);
        assertTrue(topics.backplane().connected());
    }

    @Test
    void whoPublishesWithoutSubscribersOfItsOwnReachesOtherNodes() {
        elsewhere.subscribe(theirs.session(), "t");
        broker.awaitSubscribed("t", second);
        topics.publish("t", "hello");
        await("it has come", () -> theirs.received().equals(List.of("text:hello")));
    }

    @Test
    void whatOneNodePublishesComesInTheSameOrderElsewhere() throws InterruptedException {
        subscribeBoth("t");
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            int publisher = p;
            threads.add(new Thread(() -> IntStream.range(0, 50).forEach(i -> {
                CompletableFuture<Void> taken = new CompletableFuture<>();
                topics.publish("t", publisher + " " + i)
                        .thenCompose(Published::elsewhere)
                        .whenComplete((done, failure) -> taken.complete(null));
                taken.join(); // so that the bound of what waits is not reached
            })));
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join();
        }
        await("all have come", () -> theirs.received().size() == 200);
        assertEquals(ours.received(), theirs.received());
    }

    @Test
    void aNodeIsSubscribedOnlyToTopicsOfItsSessions() {
        subscribeBoth("t");
        assertEquals(Set.of("t"), broker.subscriptions(first));
        topics.unsubscribe(ours.session(), "t");
        await("it has left", () -> broker.subscriptions(first).isEmpty());
        for (int i = 0; i < 200; i++) {
            topics.subscribe(ours.session(), "t");
            topics.unsubscribe(ours.session(), "t");
        }
        topics.subscribe(ours.session(), "t");
        await("the last call counts", () -> broker.subscriptions(first).equals(Set.of("t")));
        topics.publish("t", "x");
        ours.connection.transportListener().onReadable();
        assertEquals(List.of("text:x"), ours.received());
    }

    @Test
    void liveMessagesNeverWaitForABrokerThatStandsStillAndWhatIsTooMuchIsDroppedAndCounted() throws Exception {
        subscribeBoth("t");
        List<CompletableFuture<?>> sent = new ArrayList<>();
        try (AutoCloseable still = broker.standsStill()) {
            for (int i = 0; i < 1000; i++) {
                Published published = topics.publish("t", "x".repeat(1000))
                        .toCompletableFuture()
                        .join();
                assertEquals(1, published.delivered());
                sent.add(published.elsewhere().toCompletableFuture());
            }
            assertEquals(1000, ours.received().size());
            assertTrue(
                    topics.backplane().waitingBytes() <= 64 * 1024,
                    () -> topics.backplane().toString());
            assertTrue(
                    topics.backplane().dropped() > 900, () -> topics.backplane().toString());
        }
        await("what waited is sent", () -> topics.backplane().waitingBytes() == 0);
        long came = topics.backplane().sent();
        await("and has come", () -> theirs.received().size() == came);
        assertEquals(1000, came + topics.backplane().dropped());
        long failed = sent.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .count();
        assertEquals(topics.backplane().dropped(), failed, "each publisher could hear of it");
    }

    @Test
    void whileTheBrokerIsAwayLiveMessagesReachTheNodesOwnSessions() {
        subscribeBoth("t");
        broker.goesAway();
        assertFalse(topics.backplane().connected());
        Published published = topics.publish("t", "here").toCompletableFuture().join();
        assertEquals(1, published.delivered());
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> published.elsewhere().toCompletableFuture().join());
        assertInstanceOf(BackplaneException.class, failure.getCause());
        broker.comesBack();
        topics.publish("t", "to all");
        await("it goes on", () -> theirs.received().equals(List.of("text:to all")));
        assertEquals(List.of("text:here", "text:to all"), ours.received());
    }

    @Test
    void whoHearsOfAMessageIsNotOnTheBrokersThread() {
        subscribeBoth("t");
        CompletableFuture<String> told = new CompletableFuture<>();
        topics.publish("t", "x")
                .thenCompose(Published::elsewhere)
                .thenRun(() -> told.complete(Thread.currentThread().getName()));
        String thread =
                told.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
        assertTrue(
                thread.startsWith("test-blocking")
                        || thread.equals(Thread.currentThread().getName()),
                thread);
    }

    @Test
    void aBackplaneThatCannotStartLeavesTheTopicsAsTheyWere() {
        try (TopicWorld third = new TopicWorld()) {
            Peer peer = third.connect();
            Topics alone = Topics.of(peer.session());
            FakeBroker.Node broken = broker.node(true);
            broken.cannotStart = true;
            assertThrows(IllegalStateException.class, () -> alone.connect(broken));
            alone.subscribe(peer.session(), "t");
            alone.publish("t", "alone");
            assertEquals(List.of("text:alone"), peer.received());
            FakeBroker.Node working = broker.node(true);
            alone.connect(working);
            broker.awaitSubscribed("t", working);
            topics.publish("t", "x");
            await("it has come", () -> peer.received().contains("text:x"));
        }
    }

    @Test
    void topicsThatWereThereBeforeAreConnectedToo() {
        try (TopicWorld third = new TopicWorld()) {
            Peer peer = third.connect();
            Topics late = Topics.of(peer.session());
            late.subscribe(peer.session(), "t");
            FakeBroker.Node node = broker.node(true);
            late.connect(node);
            broker.awaitSubscribed("t", node);
            topics.publish("t", "x");
            await("it has come", () -> peer.received().equals(List.of("text:x")));
            assertThrows(IllegalStateException.class, () -> late.connect(broker.node(true)));
            third.close();
            assertTrue(node.closed, "the container closes its backplane");
        }
    }

    @Test
    void aContainerThatHasStoppedRefusesABackplane() {
        TopicWorld third = new TopicWorld();
        Topics late = Topics.of(third.connect().session());
        FakeBroker.Node node = broker.node(true);
        third.close();
        assertThrows(IllegalStateException.class, () -> late.connect(node));
        assertFalse(node.started);
    }
}
