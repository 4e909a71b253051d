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
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topics with a history at the broker: each session gets each message once, in one order, or is told the gap. */
class SharedHistoryTest {
    private static final String V1 = "hawser.topics.v1";
    private static final TopicOptions KEPT = TopicOptions.live().history(1000, Duration.ofMinutes(5));

    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld here = new TopicWorld();
    private final TopicWorld there = new TopicWorld();
    private final FakeBroker.Node first = broker.node(true);
    private final FakeBroker.Node second = broker.node(true);
    private final Peer ours = here.connect();
    private final Peer theirs = there.connect();
    private final Topics topics = Topics.of(ours.session());
    private final Topics elsewhere = Topics.of(theirs.session());

    {
        for (Topics each : List.of(topics, elsewhere)) {
            each.configure("**", KEPT);
            each.configure("short", TopicOptions.live().history(5, Duration.ofMinutes(5)));
        }
        topics.connect(first);
        elsewhere.connect(second);
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
        broker.close();
    }

    private static Heard connect(TopicWorld world, Topics topics, String topic, String wish) {
        Peer peer = world.connect(new TopicWorld.Quiet(), V1, wish.isEmpty() ? "" : "?hawser.topic=" + wish);
        topics.subscribe(peer.session(), topic);
        return new Heard(peer);
    }

    private void subscribeBoth(String topic) {
        topics.subscribe(ours.session(), topic);
        elsewhere.subscribe(theirs.session(), topic);
        broker.awaitRead(topic, first, second);
    }

    private void publish(Topics from, String topic, int begin, int end) {
        for (int i = begin; i <= end; i++) {
            from.publish(topic, "" + i).toCompletableFuture().join();
        }
    }

    private static List<String> texts(int begin, int end) {
        return IntStream.rangeClosed(begin, end).mapToObj(i -> "" + i).toList();
    }

    private static List<String> bare(int begin, int end) {
        return IntStream.rangeClosed(begin, end).mapToObj(i -> "text:" + i).toList();
    }

    @Test
    void allSessionsOfAllNodesSeeOneOrderAndTheSameOffsets() throws InterruptedException {
        subscribeBoth("t");
        Heard a = connect(here, topics, "t", "");
        Heard b = connect(there, elsewhere, "t", "");
        List<Thread> threads = new ArrayList<>();
        for (Topics from : List.of(topics, elsewhere, topics, elsewhere)) {
            int publisher = threads.size();
            threads.add(new Thread(() -> IntStream.range(0, 50)
                    .forEach(i -> from.publish("t", publisher + "-" + i)
                            .toCompletableFuture()
                            .join())));
            topics.publish("other", "so that offsets have holes")
                    .toCompletableFuture()
                    .join();
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join();
        }
        await(
                "all have come",
                () -> a.texts().size() == 200
                        && b.texts().size() == 200
                        && ours.received().size() == 200
                        && theirs.received().size() == 200);
        assertEquals(a.messages(), b.messages(), "offsets and texts");
        assertEquals(ours.received(), theirs.received());
        assertEquals(
                a.texts(),
                ours.received().stream().map(each -> each.substring(5)).toList());
        for (int p = 0; p < 4; p++) {
            String publisher = p + "-";
            assertEquals(
                    IntStream.range(0, 50).mapToObj(i -> publisher + i).toList(),
                    a.texts().stream()
                            .filter(each -> each.startsWith(publisher))
                            .toList());
        }
        a.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void aSubscriberGetsAllThatItsNodePublishesOnceSubscribeHasReturned() {
        for (int i = 0; i < 100; i++) {
            String topic = "t" + i;
            elsewhere.publish(topic, "before").toCompletableFuture().join();
            Peer peer = here.connect();
            topics.subscribe(peer.session(), topic);
            topics.publish(topic, "after");
            await("it has come", () -> peer.received().size() > 0);
            assertEquals(List.of("text:after"), peer.received());
        }
    }

    @Test
    void aHoleIsFilledBeforeAnythingGoesOn() {
        subscribeBoth("t");
        Heard b = connect(there, elsewhere, "t", "");
        publish(topics, "t", 1, 2);
        broker.loses = node -> node == second;
        publish(topics, "t", 3, 5);
        broker.loses = node -> false;
        publish(topics, "t", 6, 6);
        await("all have come", () -> b.texts().size() == 6 && theirs.received().size() == 6);
        assertEquals(texts(1, 6), b.texts());
        assertEquals(bare(1, 6), theirs.received());
        assertEquals(1, elsewhere.backplane().missed());
        b.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void whatWasLostWhileTheConnectionWasBrokenComesWhenItIsBack() {
        subscribeBoth("t");
        publish(topics, "t", 1, 2);
        broker.loses = node -> node == second;
        publish(topics, "t", 3, 5);
        broker.loses = node -> false;
        broker.goesAway();
        broker.comesBack();
        await("all have come, though nothing new did", () -> theirs.received().size() == 5);
        assertEquals(bare(1, 5), theirs.received());
    }

    @Test
    void aMessageThatComesTwiceIsPassedOnOnce() {
        subscribeBoth("t");
        first.storesTwice = true;
        publish(topics, "t", 1, 20);
        await(
                "all have come",
                () -> theirs.received().size() >= 20 && ours.received().size() >= 20);
        broker.settle();
        publish(elsewhere, "t", 21, 21);
        await("the last has come", () -> theirs.received().contains("text:21"));
        assertEquals(bare(1, 21), theirs.received());
    }

    @Test
    void whileTheBrokerIsAwayPublishingFails() {
        subscribeBoth("t");
        broker.goesAway();
        BackplaneException failure = failureOf(topics, "t", "lost");
        assertFalse(failure.mayBeStored(), "what the backplane says of it");
        broker.comesBack();
        publish(topics, "t", 1, 1);
        await(
                "it goes on",
                () -> theirs.received().size() == 1 && ours.received().size() == 1);
        assertEquals(bare(1, 1), ours.received(), "and what failed reached nobody");
    }

    private static BackplaneException failureOf(Topics from, String topic, String text) {
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> from.publish(topic, text).toCompletableFuture().join());
        return assertInstanceOf(BackplaneException.class, failure.getCause());
    }

    @Test
    void aBrokerThatStandsStillFailsAPublisherInTime() throws Exception {
        subscribeBoth("t");
        Settings impatient = Settings.builder()
                .set(Setting.TOPIC_BACKPLANE_TIMEOUT, Duration.ofMillis(300))
                .build();
        try (TopicWorld third = new TopicWorld(impatient)) {
            Topics publisher = Topics.of(third.connect().session());
            publisher.configure("**", KEPT);
            publisher.connect(broker.node(true));
            BackplaneException failure;
            try (AutoCloseable still = broker.standsStill()) {
                failure = failureOf(publisher, "t", "late");
            }
            assertTrue(failure.mayBeStored(), "and it was");
            await("it comes", () -> theirs.received().equals(List.of("text:late")));
        }
    }

    @Test
    void whoSubscribesWhileTheBrokerIsAwayIsToldWhereItStandsWhenItIsBack() {
        publish(topics, "t", 1, 3);
        broker.goesAway();
        Heard a = connect(here, topics, "t", "e1.103.t");
        Heard fresh = connect(here, topics, "t", "");
        topics.subscribe(ours.session(), "t");
        await(
                "nothing may be stored",
                () -> failureOf(topics, "t", "lost").getMessage().contains("has not been read yet"));
        assertEquals(List.of(), a.kinds());
        broker.comesBack();
        await("it is told", () -> a.texts().size() == 2 && fresh.kinds().size() == 1);
        assertEquals(List.of("recovered", "text", "text"), a.kinds());
        assertEquals(texts(2, 3), a.texts());
        publish(topics, "t", 4, 4);
        await("it goes on", () -> a.texts().size() == 3 && fresh.texts().size() == 1);
        assertEquals(List.of("subscribed", "text"), fresh.kinds());
        await("it goes on for all", () -> ours.received().equals(bare(4, 4)));
    }

    @Test
    void oneThatMovesToAnotherNodeGetsWhatItHasMissedOnce() {
        subscribeBoth("t");
        Heard before = connect(here, topics, "t", "");
        publish(topics, "t", 1, 5);
        await("it has five", () -> before.texts().size() == 5);
        String seen = before.wish(2);
        publish(elsewhere, "t", 6, 8);
        Heard after = connect(there, elsewhere, "t", seen);
        publish(topics, "t", 9, 10);
        await("all have come", () -> after.texts().size() == 7);
        assertEquals(texts(4, 10), after.texts());
        assertEquals("recovered", after.kinds().get(0));
        after.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void oneThatKnowsMoreThanItsNewNodeGetsNothingTwiceAndNoFalseGap() {
        subscribeBoth("t");
        Heard before = connect(here, topics, "t", "");
        publish(topics, "t", 1, 2);
        await("it is there, too", () -> theirs.received().size() == 2);
        broker.loses = node -> node == second;
        publish(topics, "t", 3, 5);
        await("it has five", () -> before.texts().size() == 5);
        broker.loses = node -> false;
        Heard after = connect(there, elsewhere, "t", before.wish(5 - 1)); // the node itself knows two
        await("it is told", () -> after.kinds().size() == 1);
        publish(topics, "t", 6, 6);
        await("it goes on", () -> after.texts().size() == 1);
        assertEquals(List.of("recovered", "text"), after.kinds());
        assertEquals(texts(6, 6), after.texts());
        await("the others have all, too", () -> theirs.received().size() == 6);
        assertEquals(bare(1, 6), theirs.received());
    }

    @Test
    void anOffsetFromTheFutureAndAForeignEpochAreGaps() {
        subscribeBoth("t");
        publish(topics, "t", 1, 3);
        await("they are there", () -> theirs.received().size() == 3);
        for (String wish : List.of("e1.999999.t", "e9.103.t", "e1.101.t")) {
            Heard forger = connect(there, elsewhere, "t", wish);
            await("it is told", () -> forger.kinds().size() > 0);
            publish(topics, "t", 4, 4);
            await("it goes on", () -> forger.kinds().contains("text"));
            if (wish.equals("e1.101.t")) {
                assertEquals("recovered", forger.kinds().get(0), "behind the beginning: all of it");
            } else {
                assertEquals(List.of("gap", "text"), forger.kinds(), wish);
            }
        }
    }

    @Test
    void oneThatComesTooLateIsTold() {
        Heard before = connect(here, topics, "short", "");
        publish(topics, "short", 1, 2);
        await("it has two", () -> before.texts().size() == 2);
        String seen = before.wish(1);
        publish(topics, "short", 3, 20);
        Heard after = connect(there, elsewhere, "short", seen);
        await("it is told", () -> after.kinds().size() == 1);
        publish(topics, "short", 21, 21);
        await("it goes on", () -> after.texts().contains("21"));
        assertEquals("gap", after.kinds().get(0));
        after.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void aHoleThatCannotBeFilledIsTold() {
        elsewhere.subscribe(theirs.session(), "short");
        Heard b = connect(there, elsewhere, "short", "");
        await("it is told where it stands", () -> b.kinds().size() == 1);
        publish(topics, "short", 1, 1);
        await("one has come", () -> b.texts().size() == 1);
        broker.loses = node -> node == second;
        publish(topics, "short", 2, 20);
        broker.loses = node -> false;
        publish(topics, "short", 21, 21);
        await("it goes on", () -> b.texts().contains("21"));
        assertEquals(List.of("1", "17", "18", "19", "20", "21"), b.texts(), "what is kept");
        assertEquals("gap", b.kinds().get(2));
        b.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void aBrokerThatHasLostItsNewestMessagesBeginsAnotherEpochAndNobodyGetsAnythingTwice() {
        subscribeBoth("t");
        Heard a = connect(here, topics, "t", "");
        publish(topics, "t", 1, 6);
        await("all are there", () -> a.texts().size() == 6 && theirs.received().size() == 6);
        String seen = a.wish(6 - 1);
        broker.goesAway();
        broker.forgets("t", 3);
        broker.comesBack();
        broker.settle();
        publish(topics, "t", 7, 12);
        await("it goes on", () -> a.texts().contains("12") && theirs.received().contains("text:12"));
        assertEquals(texts(1, 12), a.texts());
        assertEquals(bare(1, 12), theirs.received());
        assertTrue(a.kinds().contains("gap"), "its epoch has ended");
        a.assertNothingTwiceOrMissingUntold();
        Heard back = connect(there, elsewhere, "t", seen);
        await("it is told", () -> back.kinds().size() == 1);
        assertEquals(List.of("gap"), back.kinds());
    }

    @Test
    void aBrokerWhoseHistoryWasFullHasLostItsNewestMessageAndNobodyGetsTheOthersTwice() {
        subscribeBoth("short");
        Heard a = connect(here, topics, "short", "");
        publish(topics, "short", 1, 10);
        await("all are there", () -> a.texts().size() == 10 && theirs.received().size() == 10);
        broker.goesAway();
        broker.forgets("short", 1);
        broker.comesBack();
        broker.settle();
        publish(topics, "short", 11, 12);
        await("it goes on", () -> a.texts().contains("12") && theirs.received().contains("text:12"));
        assertEquals(texts(1, 12), a.texts());
        assertEquals(bare(1, 12), theirs.received());
    }

    @Test
    void whoIsToldOfAPublicationMayWaitForTheResultOfTheNext() throws Exception {
        CompletionStage<?> second = topics.publish("t", "1")
                .thenRun(() -> topics.publish("t", "2").toCompletableFuture().join());
        second.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatFindsNoRoomOnItsWayFromTheBrokerIsAskedForAgain() {
        try (TopicWorld small = new TopicWorld(
                Settings.builder().set(Setting.TOPIC_BACKPLANE_BYTES, 4096).build())) {
            Peer peer = small.connect();
            Topics few = Topics.of(peer.session());
            few.configure("**", KEPT);
            FakeBroker.Node third = broker.node(true);
            few.connect(third);
            few.subscribe(peer.session(), "t");
            broker.awaitRead("t", third);
            List<CompletableFuture<?>> stored = new ArrayList<>();
            for (int i = 1; i <= 500; i++) {
                stored.add(topics.publish("t", "" + i).toCompletableFuture());
            }
            stored.forEach(CompletableFuture::join);
            await("all have come", () -> peer.received().size() == 500);
            assertEquals(bare(1, 500), peer.received());
        }
    }

    @Test
    void oneWhoIsExceptedGetsNothingOfItAndItsNamesakesElsewhereDo() {
        subscribeBoth("t");
        topics.publish("t", "x", PublishOptions.toAll().except(ours.session()))
                .toCompletableFuture()
                .join();
        publish(topics, "t", 1, 1);
        await(
                "they have come",
                () -> theirs.received().size() == 2 && ours.received().size() == 1);
        assertEquals(bare(1, 1), ours.received());
        assertEquals(List.of("text:x", "text:1"), theirs.received());
    }

    @Test
    void withABackplaneThatKeepsNothingEachNodeHasAHistoryOfItsOwn() {
        try (TopicWorld third = new TopicWorld()) {
            Peer peer = third.connect();
            Topics own = Topics.of(peer.session());
            own.configure("**", KEPT);
            own.connect(broker.node(false));
            own.subscribe(peer.session(), "t");
            assertEquals(1, own.publish("t", "x").toCompletableFuture().join().delivered(), "at once");
            Heard heard = connect(third, own, "t", "");
            assertEquals(List.of("subscribed"), heard.kinds());
        }
    }

    @Test
    void whateverHappensToTheBrokerNothingComesTwiceOrOutOfOrderAndAllThatWasStoredComes() throws Exception {
        Random random = new Random(42);
        subscribeBoth("t");
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(connect(here, topics, "t", ""));
            all.add(connect(there, elsewhere, "t", ""));
        }
        await(
                "all stand somewhere",
                () -> all.stream().allMatch(each -> each.kinds().size() == 1));
        ConcurrentLinkedQueue<String> stored = new ConcurrentLinkedQueue<>();
        int next = 0;
        AtomicInteger open = new AtomicInteger();
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 20; i++) {
                String text = "m" + ++next;
                open.incrementAndGet();
                (random.nextBoolean() ? topics : elsewhere).publish("t", text).whenComplete((done, failure) -> {
                    if (failure == null) {
                        stored.add(text);
                    }
                    open.decrementAndGet();
                });
            }
            switch (random.nextInt(6)) {
                case 0 -> broker.goesAway();
                case 1 -> broker.comesBack();
                case 2 -> broker.loses = node -> node == second;
                case 3 -> broker.loses = node -> node == first;
                case 4 -> broker.loses = node -> false;
                default -> first.storesTwice = !first.storesTwice;
            }
        }
        broker.loses = node -> false;
        broker.comesBack();
        await("all have been told", () -> open.get() == 0);
        topics.publish("t", "last").toCompletableFuture().join();
        await(
                "the last has come",
                () -> all.stream().allMatch(each -> each.texts().contains("last"))
                        && theirs.received().contains("text:last")
                        && ours.received().contains("text:last"));
        List<String> one = all.get(0).texts();
        assertEquals(one.stream().distinct().toList(), one, "none twice");
        assertTrue(one.containsAll(stored), "none lost");
        assertFalse(stored.isEmpty());
        for (Heard each : all) {
            assertEquals(one, each.texts());
            each.assertNothingTwiceOrMissingUntold();
        }
        for (Peer plain : List.of(ours, theirs)) {
            assertEquals(
                    one,
                    plain.received().stream().map(text -> text.substring(5)).toList());
        }
    }
}
