package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.Presence;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is in a topic, and what its subscribers are told of that, on one node. */
class PresenceTest {
    private final TopicWorld world = new TopicWorld(
            Settings.builder().set(Setting.OUTBOUND_BYTES, 1024 * 1024).build());
    private final Topics topics = Topics.of(world.connect().session());

    {
        topics.configure("room/*", TopicOptions.live().presence(3));
        topics.configure("hall", TopicOptions.live().presence(1000));
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Peer connect() {
        return world.connect(new TopicWorld.Quiet(), "hawser.topics.v1", "");
    }

    private Peer joined(String topic, String name) {
        Peer peer = connect();
        topics.join(peer.session(), topic, name);
        return peer;
    }

    private static String told(String topic, String kind, int count, String payload) {
        return "text:\u001e{\"topic\":\"" + topic + "\",\"kind\":\"" + kind + "\",\"count\":" + count + "}\n" + payload;
    }

    private static String room(String kind, int count, String payload) {
        return told("room/7", kind, count, payload);
    }

    private static void awaitTold(Peer peer, String... all) {
        await(
                List.of(all) + " and not " + peer.received(),
                () -> peer.received().equals(List.of(all)));
    }

    private Presence present(String topic) {
        return topics.present(topic).toCompletableFuture().join();
    }

    @Test
    void whoJoinsIsToldWhoIsThereAndTheOthersAreToldOnce() {
        Peer ada = joined("room/7", "Ada");
        Peer grace = joined("room/7", "Grace");
        assertEquals(List.of(room("present", 1, "[\"Ada\"]"), room("joined", 2, "Grace")), ada.received());
        assertEquals(1, grace.received().size());
        assertEquals(new Presence(2, Set.of("Ada", "Grace")), present("room/7"));
        topics.join(grace.session(), "room/7", "Grace");
        topics.subscribe(grace.session(), "room/7");
        topics.unsubscribe(grace.session(), "room/7");
        awaitTold(ada, room("present", 1, "[\"Ada\"]"), room("joined", 2, "Grace"), room("left", 1, "Grace"));
        assertEquals(1, grace.received().size(), "who has left is told nothing");
        assertEquals(new Presence(1, Set.of("Ada")), present("room/7"));
    }

    @Test
    void twoSessionsWithOneNameAreOneMemberWhoLeavesWithTheLast() {
        Peer watching = joined("room/7", "Tim");
        Peer laptop = joined("room/7", "Ada");
        Peer phone = joined("room/7", "Ada");
        laptop.connection.cut("the tunnel", CloseCause.STOPPED);
        await("the laptop has gone", () -> topics.subscribers("room/7") == 2);
        assertEquals(new Presence(2, Set.of("Tim", "Ada")), present("room/7"));
        phone.connection.cut("the tunnel", CloseCause.STOPPED);
        awaitTold(watching, room("present", 1, "[\"Tim\"]"), room("joined", 2, "Ada"), room("left", 1, "Ada"));
    }

    @Test
    void aSessionThatClosesInAnyWayLeaves() throws Exception {
        Peer watching = connect();
        topics.subscribe(watching.session(), "hall");
        List<Peer> peers =
                IntStream.range(0, 5).mapToObj(i -> joined("hall", "p" + i)).toList();
        peers.get(0).session().close();
        peers.get(1).sends(Opcode.CLOSE, new byte[] {3, (byte) 0xE8});
        peers.get(2).connection.cut("a timeout", CloseCause.STOPPED);
        peers.get(3).sends(Opcode.TEXT, new byte[] {(byte) 0xFF}); // not UTF-8: the connection is failed
        topics.unsubscribe(peers.get(4).session(), "hall");
        await("all have left", () -> present("hall").count() == 0);
        await("it is told", () -> watching.received().size() == 11);
        assertEquals(told("hall", "present", 0, "[]"), watching.received().get(0));
        for (int i = 0; i < 5; i++) {
            String name = "p" + i;
            assertEquals(
                    List.of("joined", "left"),
                    watching.received().stream()
                            .filter(each -> each.endsWith("\n" + name))
                            .map(each -> each.replaceAll("(?s).*\"kind\":\"(\\w+)\".*", "$1"))
                            .toList());
        }
        assertTrue(watching.received().get(10).contains("\"count\":0}"), watching.received()::toString);
    }

    @Test
    void onlySubscribersWithEnvelopesAreToldAndNobodyElse() {
        Peer bare = world.connect();
        topics.join(bare.session(), "room/7", "Bare");
        Peer outside = world.connect(
                new TopicWorld.Quiet(), "hawser.topics.v1", "?hawser.topic=e.0.room%2F7"); // a wish is no subscription
        Peer before = joined("room/7", "Before");
        topics.unsubscribe(before.session(), "room/7");
        int heard = before.received().size();
        Peer watching = connect();
        topics.subscribe(watching.session(), "room/7");
        joined("room/7", "Ada");
        awaitTold(watching, room("present", 1, "[\"Bare\"]"), room("joined", 2, "Ada"));
        assertEquals(List.of(), bare.received());
        assertEquals(List.of(), outside.received());
        assertEquals(heard, before.received().size());
    }

    @Test
    void whoSubscribesWithoutANameIsNotAMember() {
        Peer watching = connect();
        topics.subscribe(watching.session(), "room/7");
        assertEquals(new Presence(0, Set.of()), present("room/7"));
        topics.join(watching.session(), "room/7", "Ada");
        topics.join(watching.session(), "room/7", "Countess");
        awaitTold(
                watching,
                room("present", 0, "[]"),
                room("joined", 1, "Ada"),
                room("left", 0, "Ada"),
                room("joined", 1, "Countess"));
    }

    @Test
    void aTopicThatDoesNotAskForItHasNoMembers() {
        Peer peer = connect();
        assertThrows(IllegalStateException.class, () -> topics.join(peer.session(), "other", "Ada"));
        assertEquals(0, topics.subscribers("other"));
        assertEquals(new Presence(0, Set.of()), present("other"));
        topics.subscribe(peer.session(), "other");
        assertEquals(List.of(), peer.received());
        for (String bad : List.of("", "a\nb", "\ud800", "x".repeat(256))) {
            assertThrows(IllegalArgumentException.class, () -> topics.join(peer.session(), "room/7", bad));
        }
        assertThrows(IllegalArgumentException.class, () -> TopicOptions.live().presence(0));
    }

    @Test
    void namesAreQuotedInTheList() {
        joined("room/7", "a \"b\"\\c");
        Peer second = connect();
        topics.subscribe(second.session(), "room/7");
        assertEquals(List.of(room("present", 1, "[\"a \\\"b\\\"\\\\c\"]")), second.received());
    }

    @Test
    void moreMembersThanMayBeNamedAreOnlyCountedAndNamedAgainLater() {
        Peer watching = connect();
        topics.subscribe(watching.session(), "room/7");
        List<Peer> peers = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            peers.add(joined("room/7", "p" + i));
        }
        assertEquals(new Presence(20, Set.of()), present("room/7"));
        assertEquals(
                List.of(
                        room("present", 0, "[]"),
                        room("joined", 1, "p1"),
                        room("joined", 2, "p2"),
                        room("joined", 3, "p3"),
                        room("present", 4, "[]")),
                watching.received());
        await("the count is told", () -> watching.received().contains(room("present", 20, "[]")));
        for (Peer each : peers.subList(1, 20)) {
            each.connection.cut("enough", CloseCause.STOPPED);
        }
        await("it is named", () -> watching.received().contains(room("present", 1, "[\"p1\"]")));
        joined("room/7", "p2");
        await("it is told", () -> watching.received().contains(room("joined", 2, "p2")));
        assertTrue(watching.received().size() < 12, watching.received()::toString);
        assertEquals(new Presence(2, Set.of("p1", "p2")), present("room/7"));
    }

    @Test
    void optionsThatChangeBeginAndEndPresence() {
        Peer watching = connect();
        topics.subscribe(watching.session(), "later");
        topics.configure("later", TopicOptions.live().presence(10));
        joined("later", "Ada");
        awaitTold(watching, told("later", "joined", 1, "Ada"));
        topics.configure("later", TopicOptions.live());
        assertEquals(new Presence(0, Set.of()), present("later"));
    }

    @Test
    void aSlowSubscriberThatKeepsTheLatestLosesNoMember() {
        Peer slow = connect();
        slow.transport.holdWrites();
        topics.subscribe(slow.session(), "hall", SlowSubscriber.LATEST);
        for (int i = 0; i < 40; i++) {
            topics.publish("hall", "f".repeat(1000));
        }
        joined("hall", "Ada");
        joined("hall", "Grace");
        topics.publish("hall", "end");
        slow.transport.releaseWrite();
        await("the end comes", () -> slow.received().stream().anyMatch(each -> each.endsWith("\nend")));
        assertTrue(slow.received().contains(told("hall", "joined", 1, "Ada")), slow.received()::toString);
        assertTrue(slow.received().contains(told("hall", "joined", 2, "Grace")), slow.received()::toString);
    }

    @Test
    void manyThreadsThatJoinAndLeaveAreToldConsistently() throws Exception {
        Peer watching = connect();
        topics.subscribe(watching.session(), "hall");
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int each = t;
            threads.add(new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < 50; i++) {
                    Peer peer = joined("hall", "p" + (i % 5));
                    if ((i + each) % 2 == 0) {
                        peer.connection.cut("away", CloseCause.STOPPED);
                    } else {
                        topics.unsubscribe(peer.session(), "hall");
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        begin.countDown();
        for (Thread each : threads) {
            each.join();
        }
        await("all have left", () -> present("hall").count() == 0);
        joined("hall", "last");
        String last = told("hall", "joined", 1, "last");
        await("it is told", () -> watching.received().contains(last));
        Set<String> here = new java.util.HashSet<>();
        for (String each : watching.received().subList(1, watching.received().size())) {
            String name = each.substring(each.indexOf('\n') + 1);
            if (each.contains("\"joined\"")) {
                assertTrue(here.add(name), () -> "joined twice: " + watching.received());
            } else {
                assertTrue(here.remove(name), () -> "left twice: " + watching.received());
            }
            assertTrue(each.contains("\"count\":" + here.size() + "}"), each);
        }
        assertEquals(Set.of("last"), here);
        assertFalse(here.isEmpty());
    }
}
