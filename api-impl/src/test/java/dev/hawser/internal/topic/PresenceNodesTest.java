package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Presence;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is in a topic of two nodes, over a broker in memory that has real leases. */
class PresenceNodesTest {
    private static final String ROOM = "room/7";

    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld here = new TopicWorld();
    private final TopicWorld there = new TopicWorld();
    private final FakeBroker.Node first = broker.node(true);
    private final FakeBroker.Node second = broker.node(true);
    private final Topics topics = Topics.of(here.connect().session());
    private final Topics elsewhere = Topics.of(there.connect().session());

    {
        for (Topics each : List.of(topics, elsewhere)) {
            each.configure("room/*", TopicOptions.live().presence(100));
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

    private static Peer join(TopicWorld world, Topics topics, String topic, String name) {
        Peer peer = world.connect(new TopicWorld.Quiet(), "hawser.topics.v1", "");
        topics.join(peer.session(), topic, name);
        return peer;
    }

    /** Joins, and waits until the peer was told who is there: who comes later is then told as a change. */
    private static Peer joinAndHear(TopicWorld world, Topics topics, String topic, String name) {
        Peer peer = join(world, topics, topic, name);
        await(name + " is told the state", () -> !peer.received().isEmpty());
        return peer;
    }

    private static Presence present(Topics topics, String topic) {
        return topics.present(topic).toCompletableFuture().join();
    }

    private static void awaitPresent(Topics topics, String topic, String... names) {
        await(
                Set.of(names) + " are there",
                () -> present(topics, topic).equals(new Presence(names.length, Set.of(names))));
    }

    /** What a peer was told about others, such as {@code joined Grace}. */
    private static List<String> changes(Peer peer) {
        return peer.received().stream()
                .filter(each -> each.contains("\"joined\"") || each.contains("\"left\""))
                .map(each -> each.replaceAll("(?s).*\"kind\":\"(\\w+)\".*\n(.*)", "$1 $2"))
                .toList();
    }

    @Test
    void membersOfBothNodesAreSeenOnBothAndToldOnce() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        Peer grace = join(there, elsewhere, ROOM, "Grace");
        awaitPresent(topics, ROOM, "Ada", "Grace");
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        await("Ada is told", () -> changes(ada).equals(List.of("joined Grace")));
        grace.connection.cut("the tunnel", CloseCause.STOPPED);
        await("Ada is told", () -> changes(ada).equals(List.of("joined Grace", "left Grace")));
        awaitPresent(topics, ROOM, "Ada");
        broker.settle();
        assertEquals(Set.of(ROOM), broker.topicsWithMembers());
        ada.connection.cut("the tunnel", CloseCause.STOPPED);
        await("nothing is kept", () -> broker.topicsWithMembers().isEmpty());
    }

    @Test
    void oneNameOnTwoNodesIsOneMember() {
        Peer watching = joinAndHear(here, topics, ROOM, "Tim");
        Peer laptop = join(here, topics, ROOM, "Ada");
        Peer phone = join(there, elsewhere, ROOM, "Ada");
        join(there, elsewhere, ROOM, "Lin");
        await("this node has heard of the phone", () -> changes(watching).contains("joined Lin"));
        laptop.connection.cut("the tunnel", CloseCause.STOPPED);
        join(there, elsewhere, ROOM, "Grace");
        await("Grace has come", () -> changes(watching).contains("joined Grace"));
        assertEquals(List.of("joined Ada", "joined Lin", "joined Grace"), changes(watching));
        phone.connection.cut("the tunnel", CloseCause.STOPPED);
        await("Ada has left", () -> changes(watching).contains("left Ada"));
        assertEquals(List.of("joined Ada", "joined Lin", "joined Grace", "left Ada"), changes(watching));
    }

    @Test
    void theMembersOfANodeThatIsGoneLeaveWithinTenSecondsAndOnce() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        join(there, elsewhere, ROOM, "Grace");
        await("Grace has come", () -> changes(ada).contains("joined Grace"));
        long from = System.nanoTime();
        second.standsStill();
        await("Grace has left", () -> changes(ada).contains("left Grace"));
        long millis = (System.nanoTime() - from) / 1_000_000;
        assertTrue(millis < 10_000, millis + " ms");
        assertEquals(List.of("joined Grace", "left Grace"), changes(ada));
        awaitPresent(topics, ROOM, "Ada");
    }

    /** As of a node that joins somebody right after its start, between two renewals. */
    @Test
    void theMembersOfANodeThatSpeaksBeforeItHasALeaseComeOnce() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        try (TopicWorld third = new TopicWorld()) {
            Topics late = Topics.of(third.connect().session());
            late.configure("room/*", TopicOptions.live().presence(100));
            FakeBroker.Node node = broker.node(true);
            node.withoutLease = true;
            late.connect(node);
            join(third, late, ROOM, "Grace");
            await("Ada is told", () -> changes(ada).contains("joined Grace"));
            int before = first.renewals.get();
            await("two beats have passed", () -> first.renewals.get() >= before + 2);
            node.withoutLease = false;
            await("it has a lease", () -> node.renewals.get() > 0);
            join(third, late, ROOM, "Tim");
            await("Tim has come", () -> changes(ada).contains("joined Tim"));
            assertEquals(List.of("joined Grace", "joined Tim"), changes(ada));
        }
    }

    @Test
    void aNodeThatStoodStillPutsItsMembersBackAndTellsNothingWrong() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        Peer grace = join(there, elsewhere, ROOM, "Grace");
        await("Ada has been told", () -> changes(ada).contains("joined Grace"));
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        second.standsStill();
        await("Grace has left", () -> changes(ada).contains("left Grace"));
        join(here, topics, ROOM, "Tim");
        second.goesOn();
        await(
                "Grace is back",
                () -> changes(ada).equals(List.of("joined Grace", "left Grace", "joined Tim", "joined Grace")));
        awaitPresent(elsewhere, ROOM, "Ada", "Grace", "Tim");
        assertFalse(changes(grace).contains("left Ada"), () -> changes(grace).toString());
    }

    @Test
    void aBrokerThatForgetsEverythingIsToldAgainAndNobodyIsToldThatOthersLeft() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        Peer grace = join(there, elsewhere, ROOM, "Grace");
        awaitPresent(topics, ROOM, "Ada", "Grace");
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        broker.goesAway();
        broker.forgetsPresence();
        broker.comesBack();
        await("it knows again", () -> broker.topicsWithMembers().equals(Set.of(ROOM)));
        Peer tim = join(there, elsewhere, ROOM, "Tim");
        await("Tim is told", () -> changes(ada).contains("joined Tim"));
        assertEquals(List.of("joined Grace", "joined Tim"), changes(ada));
        assertFalse(changes(grace).contains("left Ada"), () -> changes(grace).toString());
        awaitPresent(elsewhere, ROOM, "Ada", "Grace", "Tim");
        tim.connection.cut("the tunnel", CloseCause.STOPPED);
    }

    @Test
    void anAnswerFromBeforeTheLossOfTheConnectionIsNotTakenForWhatTheBrokerKnowsNow() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        join(there, elsewhere, ROOM, "Grace");
        await("Ada has been told", () -> changes(ada).equals(List.of("joined Grace")));
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        CompletableFuture<Void> late = new CompletableFuture<>();
        broker.renewalsWait = late;
        int before = first.renewals.get();
        await("an answer is on its way", () -> first.renewals.get() > before);
        broker.cutsOff(first);
        broker.cutsOff(second);
        broker.forgetsPresence();
        broker.renewalsWait = CompletableFuture.completedFuture(null);
        late.complete(null);
        broker.bringsBack(first);
        await("this node has put Ada back", () -> broker.topicsWithMembers().equals(Set.of(ROOM)));
        broker.bringsBack(second);
        Peer tim = join(there, elsewhere, ROOM, "Tim");
        await("Ada is told of Tim", () -> changes(ada).contains("joined Tim"));
        assertEquals(List.of("joined Grace", "joined Tim"), changes(ada));
        tim.connection.cut("the tunnel", CloseCause.STOPPED);
    }

    @Test
    void whatHappensWhileTheBrokerIsAwayIsToldWithinTheNodeAndLaterEverywhere() {
        Peer ada = joinAndHear(here, topics, ROOM, "Ada");
        Peer grace = join(there, elsewhere, ROOM, "Grace");
        awaitPresent(topics, ROOM, "Ada", "Grace");
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        broker.goesAway();
        join(here, topics, ROOM, "Tim");
        assertTrue(changes(ada).contains("joined Tim"));
        grace.connection.cut("the tunnel", CloseCause.STOPPED);
        awaitPresent(topics, ROOM, "Ada", "Grace", "Tim");
        broker.comesBack();
        awaitPresent(topics, ROOM, "Ada", "Tim");
        join(there, elsewhere, ROOM, "Lin");
        awaitPresent(elsewhere, ROOM, "Ada", "Tim", "Lin");
    }

    @Test
    void lostMessagesAboutMembersAreMadeGoodWhenTheSubscriptionIsRenewed() {
        join(here, topics, ROOM, "Ada");
        Peer grace = join(there, elsewhere, ROOM, "Grace");
        awaitPresent(topics, ROOM, "Ada", "Grace");
        broker.loses = node -> node == first;
        join(there, elsewhere, ROOM, "Tim");
        grace.connection.cut("the tunnel", CloseCause.STOPPED);
        awaitPresent(elsewhere, ROOM, "Ada", "Tim");
        broker.settle();
        assertEquals(Set.of("Ada", "Grace"), present(topics, ROOM).members());
        broker.loses = node -> false;
        broker.comesBack();
        awaitPresent(topics, ROOM, "Ada", "Tim");
    }

    @Test
    void aNodeWithoutASubscriberAsksTheBroker() {
        join(there, elsewhere, ROOM, "Grace");
        await("it is known", () -> {
            try {
                return present(topics, ROOM).equals(new Presence(1, Set.of("Grace")));
            } catch (CompletionException e) {
                assertInstanceOf(BackplaneException.class, e.getCause());
                return false; // this node does not know yet which nodes are alive
            }
        });
        broker.goesAway();
        CompletionException failure = assertThrows(CompletionException.class, () -> present(topics, ROOM));
        assertInstanceOf(BackplaneException.class, failure.getCause());
    }

    @Test
    void whoLeavesWhileTheBrokerIsAwayLeavesElsewhereAlthoughSubscribersRemain() {
        topics.subscribe(here.connect().session(), ROOM);
        Peer ada = join(here, topics, ROOM, "Ada");
        join(there, elsewhere, ROOM, "Grace");
        awaitPresent(topics, ROOM, "Ada", "Grace");
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        broker.settle();
        broker.goesAway();
        int before = broker.puts.get();
        ada.connection.cut("the tunnel", CloseCause.STOPPED);
        await("it is said that nobody is left", () -> broker.puts.get() > before);
        broker.comesBack();
        awaitPresent(topics, ROOM, "Grace");
        awaitPresent(elsewhere, ROOM, "Grace");
    }

    @Test
    void whoLeftWithTheTopicWhileTheBrokerWasAwayLeavesElsewhereAlthoughTheTopicBeginsAgain() {
        Peer ada = join(here, topics, ROOM, "Ada");
        join(there, elsewhere, ROOM, "Grace");
        awaitPresent(elsewhere, ROOM, "Ada", "Grace");
        broker.settle();
        broker.goesAway();
        int before = broker.puts.get();
        ada.connection.cut("the tunnel", CloseCause.STOPPED);
        await("it is said that nobody is left", () -> broker.puts.get() > before);
        topics.subscribe(here.connect().session(), ROOM);
        broker.comesBack();
        awaitPresent(elsewhere, ROOM, "Grace");
    }

    @Test
    void aNodeThatComesLaterTellsOneStateWithAllWhoAreThere() {
        for (int i = 0; !tellsOneState("room/late" + i); i++) {
            assertTrue(i < 10, "the machine stood still each time");
        }
    }

    /** Returns false if that took longer than a node waits for its first answer, so that it proves nothing. */
    private boolean tellsOneState(String room) {
        join(here, topics, room, "Ada");
        await("the broker knows Ada", () -> broker.topicsWithMembers().contains(room));
        try (TopicWorld third = new TopicWorld()) {
            Topics late = Topics.of(third.connect().session());
            late.configure("room/*", TopicOptions.live().presence(100));
            late.connect(broker.node(true));
            CompletableFuture<Void> end = new CompletableFuture<>();
            broker.readsWait = end;
            long began = System.nanoTime();
            Peer grace = join(third, late, room, "Grace");
            Peer tim = join(third, late, room, "Tim");
            awaitPresent(topics, room, "Ada", "Grace", "Tim");
            end.complete(null);
            awaitPresent(late, room, "Ada", "Grace", "Tim");
            if (System.nanoTime() - began > 2_000_000_000L) { // it waits for 3 s
                return false;
            }
            join(here, topics, room, "Lin");
            for (Peer each : List.of(grace, tim)) {
                await("Lin has come", () -> changes(each).equals(List.of("joined Lin")));
                assertEquals(2, each.received().size(), each.received()::toString);
                assertTrue(
                        each.received().get(0).contains("\"kind\":\"present\",\"count\":3}"),
                        each.received()::toString);
            }
            return true;
        } finally {
            broker.readsWait = CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerDelaysTheStateByAFewSecondsOnly() {
        broker.readsWait = new CompletableFuture<>();
        Peer ada = join(here, topics, ROOM, "Ada");
        await("Ada is told", () -> !ada.received().isEmpty());
        join(here, topics, ROOM, "Tim");
        await("Ada is told", () -> changes(ada).equals(List.of("joined Tim")));
    }

    @Test
    void topicsThatHaveMembersBeforeTheyAreConnectedTellThem() {
        try (TopicWorld third = new TopicWorld()) {
            Topics late = Topics.of(third.connect().session());
            late.configure("room/*", TopicOptions.live().presence(100));
            join(third, late, ROOM, "Grace");
            join(here, topics, ROOM, "Ada");
            late.connect(broker.node(true));
            awaitPresent(topics, ROOM, "Ada", "Grace");
            awaitPresent(late, ROOM, "Ada", "Grace");
        }
    }

    @Test
    void aBackplaneThatKnowsNoPresenceLeavesEachNodeItsOwn() {
        try (TopicWorld third = new TopicWorld()) {
            FakeBroker.Node plain = broker.node(true);
            plain.withoutPresence = true;
            Topics alone = Topics.of(third.connect().session());
            alone.configure("room/*", TopicOptions.live().presence(100));
            alone.connect(plain);
            join(here, topics, ROOM, "Ada");
            join(third, alone, ROOM, "Grace");
            broker.settle();
            assertEquals(new Presence(1, Set.of("Grace")), present(alone, ROOM));
            assertEquals(new Presence(1, Set.of("Ada")), present(topics, ROOM));
        }
    }

    @Test
    void moreMembersThanMayBeNamedAreCountedOverAllNodes() {
        for (Topics each : List.of(topics, elsewhere)) {
            each.configure("full", TopicOptions.live().presence(2));
        }
        for (String name : List.of("a", "b", "c")) {
            join(there, elsewhere, "full", name);
        }
        Peer ada = join(here, topics, "full", "Ada");
        await("four are counted", () -> present(topics, "full").equals(new Presence(4, Set.of())));
        await("it is told", () -> ada.received().stream().anyMatch(each -> each.contains("\"count\":4}\n[]")));
    }
}
