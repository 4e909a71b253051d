package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.session.AtClosing;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a peer that does not read, or reads slowly, costs and gets. */
class SlowSubscriberTest {
    private static final int BACKLOG = 8 * 1024;
    private static final String FILLING = "f".repeat(1000);

    private final TopicWorld world = new TopicWorld(Settings.builder()
            .set(Setting.TOPIC_BACKLOG_BYTES, BACKLOG)
            .set(Setting.OUTBOUND_BYTES, 256 * 1024)
            .build());

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void whoReadsTooSlowlyIsClosedWith1013AndNobodyElse() {
        Peer dead = world.connect();
        Peer alive = world.connect();
        dead.transport.holdWrites();
        Topics topics = Topics.of(alive.session());
        topics.subscribe(dead.session(), "t");
        topics.subscribe(alive.session(), "t");
        int published = 0;
        int failed = 0;
        while (failed == 0) {
            assertTrue(published < 1000, "256 KiB are not full after a thousand KiB");
            failed = topics.publish("t", FILLING).toCompletableFuture().join().failed();
            published++;
        }
        assertTrue(published > 100, "of 256 KiB, closed after " + published);
        await("it leaves", () -> topics.subscribers("t") == 1);
        assertEquals(published, alive.received().size());
        assertEquals(1, topics.counts("t").closed());
        assertEquals(1, topics.counts().closed());
        assertEquals(2 * published - 1, topics.counts().delivered());
        dead.transport.releaseWrite();
        List<String> received = dead.received();
        assertEquals("close:1013", received.get(received.size() - 1));
    }

    @Test
    void dropOldestKeepsTheNewestThatFitAndTheirOrder() {
        Peer slow = world.connect();
        slow.transport.holdWrites();
        Topics topics = Topics.of(slow.session());
        topics.configure("t", TopicOptions.live().slow(SlowSubscriber.DROP_OLDEST));
        topics.subscribe(slow.session(), "t");
        for (int i = 0; i < 1000; i++) {
            assertEquals(
                    1,
                    topics.publish("t", i + FILLING)
                            .toCompletableFuture()
                            .join()
                            .delivered());
            assertTrue(subscriber(slow).backlogBytes() <= BACKLOG, "within its bound at any time");
        }
        slow.transport.releaseWrite();
        List<Integer> numbers = numbers(slow);
        assertEquals(1000 - topics.counts("t").dropped(), numbers.size(), "each was delivered or counted");
        assertEquals(topics.counts("t").dropped(), topics.counts().dropped());
        assertTrue(
                topics.counts("t").dropped() > 900,
                "dropped: " + topics.counts("t").dropped());
        assertEquals(numbers.stream().sorted().toList(), numbers, "in order");
        int newest = numbers.size() - 5;
        assertEquals(
                IntStream.range(995, 1000).boxed().toList(),
                numbers.subList(newest, numbers.size()),
                "the newest are among them");
        topics.publish("t", 1000 + FILLING);
        assertEquals(1000, numbers(slow).get(numbers.size()), "and it goes on");
        assertEquals(0, subscriber(slow).backlogBytes());
    }

    @Test
    void latestKeepsTheNewestOfEachKey() {
        Peer slow = world.connect();
        slow.transport.holdWrites();
        Topics topics = Topics.of(slow.session());
        topics.subscribe(slow.session(), "prices", SlowSubscriber.LATEST);
        topics.publish("prices", "x".repeat(32 * 1024)); // fills the window
        for (int i = 0; i < 1000; i++) {
            topics.publish("prices", "EUR " + i, PublishOptions.toAll().key("EUR"));
            topics.publish("prices", "GBP " + i, PublishOptions.toAll().key("GBP"));
            topics.publish("prices", "none " + i);
        }
        slow.transport.releaseWrite();
        List<String> received = slow.received();
        assertEquals(List.of("text:EUR 999", "text:GBP 999", "text:none 999"), received.subList(1, received.size()));
        assertEquals(3 * 999, topics.counts("prices").dropped());
    }

    @Test
    void whatMayBeDroppedMakesRoomForWhatMayNot() {
        Peer slow = world.connect();
        slow.transport.holdWrites();
        Topics topics = Topics.of(slow.session());
        topics.subscribe(slow.session(), "news", SlowSubscriber.DROP_OLDEST);
        topics.subscribe(slow.session(), "orders");
        for (int i = 0; i < 100; i++) {
            topics.publish("news", "news " + FILLING);
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    1,
                    topics.publish("orders", i + FILLING)
                            .toCompletableFuture()
                            .join()
                            .delivered());
        }
        slow.transport.releaseWrite();
        assertEquals(
                IntStream.range(0, 20).boxed().toList(),
                slow.received().stream()
                        .filter(message -> !message.startsWith("text:news"))
                        .map(SlowSubscriberTest::number)
                        .toList());
        assertTrue(slow.session().isOpen());
        assertEquals(0, topics.counts("orders").dropped());
    }

    @Test
    void aReaderThatKeepsUpLosesNothingHoweverFastThePublisherIs() {
        List<Peer> peers = world.connect(20); // so many that other threads write
        Topics topics = Topics.of(peers.get(0).session());
        for (Peer peer : peers) {
            topics.subscribe(peer.session(), "t", SlowSubscriber.DROP_OLDEST);
        }
        for (int i = 0; i < 2000; i++) {
            topics.publish("t", i + FILLING);
        }
        for (Peer peer : peers) {
            await("all has come", () -> peer.received().size() == 2000);
            assertEquals(IntStream.range(0, 2000).boxed().toList(), numbers(peer));
        }
        assertEquals(0, topics.counts().dropped());
    }

    @Test
    void theSameHoldsForOneThatWouldBeClosed() {
        List<Peer> peers = world.connect(20);
        Topics topics = Topics.of(peers.get(0).session());
        for (Peer peer : peers) {
            topics.subscribe(peer.session(), "t");
        }
        for (int i = 0; i < 2000; i++) {
            topics.publish("t", i + FILLING);
        }
        for (Peer peer : peers) {
            await("all has come", () -> peer.received().size() == 2000);
        }
        assertEquals(20, topics.subscribers("t"));
    }

    @Test
    void aThreadThatIsLateInsideAWriteMakesNoSessionSlow() throws Exception {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        peer.transport.beforeWrite(() -> {
            if (inside.getCount() > 0) {
                inside.countDown();
                await("it may go on", () -> late.getCount() == 0);
            }
        });
        Thread writing = new Thread(() -> topics.publish("t", "first"));
        writing.start();
        await("a thread is inside the write", () -> inside.getCount() == 0);
        AtomicInteger published = new AtomicInteger();
        Thread publishing = new Thread(() -> {
            for (int i = 0; i < 300; i++) { // 256 KiB fit
                published.addAndGet(topics.publish("t", FILLING)
                        .toCompletableFuture()
                        .join()
                        .delivered());
            }
        });
        publishing.start();
        await("it waits for the write", () -> publishing.getState() == Thread.State.TIMED_WAITING);
        long longerThanOneWait = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        await("time has passed", () -> System.nanoTime() - longerThanOneWait > 0);
        late.countDown();
        publishing.join(30_000);
        writing.join(30_000);
        assertEquals(300, published.get());
        await("all has come", () -> peer.received().size() == 301);
        assertEquals(1, topics.subscribers("t"));
    }

    @Test
    void aThousandDeadReadersHoldUpNobody() {
        List<Peer> dead = world.connect(1000);
        Peer alive = world.connect();
        Topics topics = Topics.of(alive.session());
        Set<Integer> before = new HashSet<>();
        for (Peer peer : dead) {
            peer.transport.holdWrites();
            topics.subscribe(peer.session(), "t", SlowSubscriber.DROP_OLDEST);
        }
        topics.subscribe(alive.session(), "t", SlowSubscriber.DROP_OLDEST);
        for (int i = 0; i < 200; i++) {
            topics.publish("t", i + FILLING);
            if (i == 100) {
                dead.forEach(peer -> before.add(peer.transport.writes()));
            }
        }
        await("one who reads gets all of it", () -> alive.received().size() == 200);
        assertEquals(IntStream.range(0, 200).boxed().toList(), numbers(alive));
        long held =
                dead.stream().mapToLong(peer -> subscriber(peer).backlogBytes()).sum();
        assertTrue(held <= 1000L * BACKLOG, "bytes: " + held);
        for (Peer peer : dead) {
            assertTrue(
                    peer.session().getBufferedAmount() < 32 * 1024,
                    "in the queue: " + peer.session().getBufferedAmount());
            assertEquals(1, peer.transport.writes(), "the dead have no more written to them than the first batch");
        }
        assertEquals(Set.of(1), before);
        assertTrue(
                topics.counts().dropped() > 100_000,
                "dropped: " + topics.counts().dropped());
    }

    @Test
    void whoWaitsInTheMiddleOfAPartialMessageIsNotForgottenWhenItEnds() throws IOException {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t", SlowSubscriber.LATEST);
        peer.session().getBasicRemote().sendText("a", false);
        for (int i = 0; i < 10; i++) {
            topics.publish("t", "n" + i);
        }
        peer.session().getBasicRemote().sendText("b", true);
        assertEquals("text:n9", peer.received().get(2));
        assertEquals(3, peer.received().size());
        assertFalse(peer.transport.isClosed());
    }

    @Test
    void aMessageThatIsLargerThanTheBacklogIsNotDroppedForItself() throws IOException {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "logs", SlowSubscriber.DROP_OLDEST);
        peer.session().getBasicRemote().sendText("a", false);
        topics.publish("logs", "L".repeat(3 * BACKLOG));
        peer.session().getBasicRemote().sendText("b", true);
        assertEquals(List.of("text:" + "L".repeat(3 * BACKLOG)), peer.received().subList(2, 3));
        assertEquals(0, topics.counts().dropped());
    }

    @Test
    void theLatestIsKeptHoweverLargeItIs() {
        Peer slow = world.connect();
        slow.transport.holdWrites();
        Topics topics = Topics.of(slow.session());
        topics.subscribe(slow.session(), "prices", SlowSubscriber.LATEST);
        topics.publish("prices", "x".repeat(32 * 1024)); // fills the window
        topics.publish("prices", "o".repeat(3 * BACKLOG));
        topics.publish("prices", "n".repeat(3 * BACKLOG));
        slow.transport.releaseWrite();
        assertEquals(List.of("text:" + "n".repeat(3 * BACKLOG)), slow.received().subList(1, 2));
        assertEquals(1, topics.counts().dropped());
    }

    private static Subscriber subscriber(Peer peer) {
        AtClosing.Listener subscriber = peer.session().atClosing().listener();
        if (subscriber == null) {
            throw new AssertionError("not subscribed");
        }
        return (Subscriber) subscriber;
    }

    private static List<Integer> numbers(Peer peer) {
        return peer.received().stream().map(SlowSubscriberTest::number).toList();
    }

    private static int number(String message) {
        return Integer.parseInt(message.substring("text:".length(), message.indexOf('f')));
    }
}
