package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Published;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topics with a history at the broker that go on within a node while the broker is away, under another epoch. */
class LocalWhileAwayTest {
    private static final String V1 = "hawser.topics.v1";

    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld here = new TopicWorld();
    private final TopicWorld there = new TopicWorld();
    private final FakeBroker.Node first = broker.node(true);
    private final FakeBroker.Node second = broker.node(true);
    private final Peer ours = here.connect();
    private final Peer theirs = there.connect();
    private final Topics topics = Topics.of(ours.session());
    private final Topics elsewhere = Topics.of(theirs.session());

    LocalWhileAwayTest() {
        for (Topics each : List.of(topics, elsewhere)) {
            each.configure(
                    "**",
                    TopicOptions.live().history(1000, Duration.ofMinutes(5)).localWhileAway());
        }
        topics.connect(first);
        elsewhere.connect(second);
        broker.settle();
        await(
                "both are connected",
                () -> topics.backplane().connected() && elsewhere.backplane().connected());
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
        broker.close();
    }

    private static Heard connect(TopicWorld world, Topics topics, String wish) {
        Peer peer = world.connect(new TopicWorld.Quiet(), V1, wish.isEmpty() ? "" : "?hawser.topic=" + wish);
        topics.subscribe(peer.session(), "t");
        return new Heard(peer);
    }

    private void subscribeBoth() {
        topics.subscribe(ours.session(), "t");
        elsewhere.subscribe(theirs.session(), "t");
        broker.awaitRead("t", first, second);
    }

    private static void publish(Topics from, int begin, int end) {
        for (int i = begin; i <= end; i++) {
            from.publish("t", "" + i).toCompletableFuture().join();
        }
    }

    private static Published local(Topics from, String text) {
        Published published = from.publish("t", text).toCompletableFuture().join();
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> published.elsewhere().toCompletableFuture().join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        return published;
    }

    private static List<String> texts(int begin, int end) {
        return IntStream.rangeClosed(begin, end).mapToObj(i -> "" + i).toList();
    }

    private static List<String> bare(String... texts) {
        return List.of(texts).stream().map(text -> "text:" + text).toList();
    }

    /** A session that came at the beginning, and has heard the first messages. */
    private Heard early(TopicWorld world, Topics of) {
        Heard heard = connect(world, of, "");
        await("it stands somewhere", () -> heard.kinds().size() == 1);
        return heard;
    }

    @Test
    void sessionsOfTheNodeGetWhatIsPublishedAtOnceUnderAnotherEpochAndAreToldTheGapWhenTheBrokerIsBack() {
        subscribeBoth();
        Heard a = early(here, topics);
        Heard b = early(there, elsewhere);
        publish(topics, 1, 2);
        await(
                "two have come",
                () -> a.texts().size() == 2
                        && b.texts().size() == 2
                        && ours.received().size() == 2);
        long dropped = topics.backplane().dropped();
        broker.goesAway();
        assertEquals(2, local(topics, "x").delivered());
        assertEquals(2, local(topics, "y").delivered());
        await(
                "they have come",
                () -> ours.received().equals(bare("1", "2", "x", "y"))
                        && a.texts().size() == 4);
        assertEquals(List.of("subscribed", "text", "text", "gap", "text", "text"), a.kinds());
        assertNotEquals(a.all().get(0).epoch(), a.all().get(3).epoch());
        assertEquals(dropped + 2, topics.backplane().dropped(), "what the other nodes do not get is counted");
        broker.comesBack();
        await("it is told", () -> a.kinds().size() == 7);
        publish(elsewhere, 3, 3);
        await("it goes on", () -> a.texts().size() == 5 && b.texts().size() == 3);
        assertEquals(List.of("1", "2", "x", "y", "3"), a.texts());
        assertEquals("gap", a.kinds().get(6));
        assertEquals(a.all().get(0).epoch(), a.all().get(6).epoch(), "the broker has lost nothing");
        assertEquals(List.of("subscribed", "text", "text", "text"), b.kinds(), "nothing was published there");
        await("it goes on for all", () -> theirs.received().equals(bare("1", "2", "3")));
        assertEquals(bare("1", "2", "x", "y", "3"), ours.received());
        a.assertNothingTwiceOrMissingUntold();
        b.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void whatOtherNodesHaveStoredMeanwhileComesBehindTheGap() {
        subscribeBoth();
        Heard a = early(here, topics);
        publish(topics, 1, 2);
        await("two have come", () -> a.texts().size() == 2);
        broker.cutsOff(first);
        local(topics, "x");
        publish(elsewhere, 3, 5);
        broker.bringsBack(first);
        await("all have come", () -> a.texts().size() == 6 && ours.received().size() == 6);
        assertEquals(List.of("1", "2", "x", "3", "4", "5"), a.texts());
        assertEquals(bare("1", "2", "x", "3", "4", "5"), ours.received());
        a.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void oneThatKnowsMoreThanTheNodeContinuesThereWhenTheBrokerIsBack() {
        subscribeBoth();
        Heard before = early(there, elsewhere);
        publish(topics, 1, 2);
        await("the node knows two", () -> ours.received().size() == 2);
        broker.cutsOff(first);
        publish(elsewhere, 3, 5);
        await("it has five", () -> before.texts().size() == 5);
        Heard waits = connect(here, topics, before.wish(5 - 1));
        assertEquals(List.of(), waits.kinds(), "the broker is asked");
        local(topics, "x");
        Heard comes = connect(here, topics, before.wish(4 - 1));
        local(topics, "y");
        await(
                "they have come",
                () -> waits.texts().contains("y") && comes.texts().contains("y"));
        assertEquals(List.of("gap", "text", "text"), waits.kinds());
        assertEquals(List.of("gap", "text"), comes.kinds());
        broker.bringsBack(first);
        publish(elsewhere, 6, 6);
        await("all has come", () -> waits.texts().contains("6") && comes.texts().contains("6"));
        assertEquals(List.of("x", "y", "6"), waits.texts());
        assertEquals(List.of("y", "5", "6"), comes.texts());
        waits.assertNothingTwiceOrMissingUntold();
        comes.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void aNodeThatCanReadButIsNotConnectedStaysInItsEpoch() {
        subscribeBoth();
        Heard a = early(here, topics);
        broker.cutsSubscriptions(first);
        int before = first.reads.get();
        local(topics, "x");
        await("it asks again and again", () -> first.reads.get() >= before + 3);
        local(topics, "y");
        await("they have come", () -> a.texts().equals(List.of("x", "y")));
        assertEquals(List.of("subscribed", "gap", "text", "text"), a.kinds());
        broker.bringsBack(first);
        await("it is told", () -> a.kinds().size() == 5);
        a.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void oneThatReconnectsMeanwhileRecoversFromTheNodeAndLaterIsToldTheGap() {
        subscribeBoth();
        broker.goesAway();
        for (String text : texts(1, 3)) {
            local(topics, text);
        }
        Heard fresh = connect(here, topics, "");
        local(topics, "4");
        await("it has come", () -> fresh.texts().contains("4"));
        String epoch = fresh.all().get(0).epoch();
        Heard back = connect(here, topics, epoch + ".2.t");
        await("it has all", () -> back.texts().contains("4"));
        assertEquals(List.of("3", "4"), back.texts());
        assertEquals("recovered", back.kinds().get(0));
        broker.comesBack();
        await(
                "they are told",
                () -> back.kinds().contains("gap") && fresh.kinds().contains("gap"));
        Heard late = connect(here, topics, epoch + ".3.t");
        await("it is told", () -> late.kinds().size() == 1);
        assertEquals(List.of("gap"), late.kinds(), "that epoch is over");
        for (Heard each : List.of(fresh, back)) {
            each.assertNothingTwiceOrMissingUntold();
        }
    }

    @Test
    void whatIsPublishedWithoutSubscribersIsKeptUntilTheBrokerIsBack() {
        broker.goesAway();
        assertEquals(0, local(topics, "x").delivered());
        Heard late = connect(here, topics, "e1.100.t");
        await("it is told", () -> late.kinds().size() == 1);
        assertEquals(List.of("gap"), late.kinds(), "it has missed something");
        String epoch = late.all().get(0).epoch();
        Heard back = connect(here, topics, epoch + ".0.t");
        await("it has come", () -> back.texts().size() == 1);
        assertEquals(List.of("x"), back.texts());
        local(elsewhere, "y");
        assertEquals(1, ContainerTopics.of(theirs.session()).size());
        broker.comesBack();
        await(
                "what nobody needs ends",
                () -> ContainerTopics.of(theirs.session()).size() == 0);
    }

    @Test
    void aNodeThatHasNeverBeenConnectedGoesOnToo() {
        try (TopicWorld third = new TopicWorld()) {
            broker.away = true;
            Topics own = Topics.of(third.connect().session());
            own.configure(
                    "**", TopicOptions.live().history(9, Duration.ofMinutes(5)).localWhileAway());
            FakeBroker.Node node = broker.node(true);
            node.startsUnconnected = true;
            own.connect(node);
            Heard a = connect(third, own, "");
            assertEquals(1, local(own, "x").delivered());
            await("it has come", () -> a.kinds().equals(List.of("subscribed", "text")));
            broker.comesBack();
            await("it is told", () -> a.kinds().contains("gap"));
            publish(topics, 1, 1);
            await("it goes on", () -> a.texts().equals(List.of("x", "1")));
            a.assertNothingTwiceOrMissingUntold();
        }
    }

    @Test
    void aBrokerThatHasForgottenAllMeanwhileGivesNothingTwice() {
        subscribeBoth();
        Heard a = early(here, topics);
        publish(topics, 1, 3);
        await("three have come", () -> a.texts().size() == 3);
        broker.goesAway();
        local(topics, "x");
        broker.forgets("t", 2);
        broker.comesBack();
        await("it is told", () -> a.kinds().stream().filter("gap"::equals).count() == 2);
        publish(topics, 4, 4);
        await("it goes on", () -> a.texts().contains("4"));
        assertEquals(List.of("1", "2", "3", "x", "4"), a.texts());
        a.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void howeverOftenTheBrokerGoesAndComesNothingComesTwiceOrMissingUntold() {
        Random random = new Random(7);
        subscribeBoth();
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            all.add(early(here, topics));
            all.add(early(there, elsewhere));
        }
        int next = 0;
        AtomicInteger open = new AtomicInteger();
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 10; i++) {
                open.incrementAndGet();
                (random.nextBoolean() ? topics : elsewhere)
                        .publish("t", "m" + ++next)
                        .whenComplete((done, failure) -> open.decrementAndGet());
            }
            switch (random.nextInt(6)) {
                case 0 -> broker.cutsOff(first);
                case 1 -> broker.cutsOff(second);
                case 2 -> broker.bringsBack(first);
                case 3 -> broker.bringsBack(second);
                case 4 -> broker.loses = node -> node == second;
                default -> broker.loses = node -> false;
            }
        }
        broker.loses = node -> false;
        broker.bringsBack(first);
        broker.bringsBack(second);
        await("all have been told", () -> open.get() == 0);
        topics.publish("t", "last").toCompletableFuture().join();
        for (Heard each : all) {
            await("the last has come", () -> each.texts().contains("last"));
            assertEquals(each.texts().stream().distinct().toList(), each.texts(), "none twice");
            each.assertNothingTwiceOrMissingUntold();
        }
        assertEquals(all.get(0).texts(), all.get(2).texts(), "one order on a node");
        assertEquals(all.get(1).texts(), all.get(3).texts(), "one order on a node");
        assertTrue(all.get(0).kinds().contains("gap"));
    }
}
