package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.LiveNodes;
import dev.hawser.backplane.PresenceStore;
import dev.hawser.topic.SlowSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The presence of topics is right again, although the JVM had no memory at the wrong moment. */
class PresenceErrorsTest {
    private final FakeBroker broker = new FakeBroker();
    private final TopicWorld world = new TopicWorld();
    private final FailingStore store = new FailingStore();
    private final BackplaneTraffic traffic = new BackplaneTraffic(1 << 20);
    private final BackplaneLink link = new BackplaneLink(
            broker.node(true),
            name -> null,
            world.runtime.resources().timer(),
            new Steps(world.runtime.dispatcher()),
            Runnable::run,
            traffic,
            1000);
    private final Hearing hearing = new Hearing();
    private final PresenceLink presence = new PresenceLink(
            store,
            link,
            new Steps(world.runtime.dispatcher()),
            topic -> hearing,
            action -> action.accept("t", hearing));

    @AfterEach
    void end() {
        presence.close();
        world.close();
        broker.close();
    }

    private static OutOfMemoryError noMemory() {
        return new OutOfMemoryError("as the test wants it");
    }

    /** A store with one other node, on which Ada is. */
    private static final class FailingStore implements PresenceStore {
        /** How many of the next answers cannot be waited for. */
        final AtomicInteger failures = new AtomicInteger();

        final AtomicInteger renewals = new AtomicInteger();
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public CompletionStage<LiveNodes> renew(String node, Duration lease) {
            renewals.incrementAndGet();
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                return CompletableFuture.completedStage(new LiveNodes(true, Set.of(node, "other")));
            }
            return new CompletableFuture<>() {
                @Override
                public CompletableFuture<LiveNodes> whenComplete(
                        BiConsumer<? super LiveNodes, ? super Throwable> action) {
                    throw noMemory();
                }
            };
        }

        @Override
        public CompletionStage<?> put(String topic, String node, byte[] members, Duration keep) {
            return CompletableFuture.completedStage(node);
        }

        @Override
        public CompletionStage<Map<String, byte[]>> read(String topic) {
            reads.incrementAndGet();
            return CompletableFuture.completedStage(Map.of("other", new NodeMembers(1, 1, Set.of("Ada")).encoded()));
        }
    }

    /** The presence of a topic that fails now and then. */
    private final class Hearing implements PresenceReceiver {
        final AtomicInteger failures = new AtomicInteger();
        final List<String> all = new CopyOnWriteArrayList<>();
        private volatile boolean unsaid;
        private volatile boolean unread;

        private void hears(String what) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw noMemory();
            }
            all.add(what);
        }

        @Override
        public void heard(String node, NodeMembers members, long at) {
            hears("heard " + members.names());
        }

        @Override
        public void found(Map<String, NodeMembers> nodes, Set<String> alive, long asked, boolean known) {
            if (!nodes.isEmpty()) {
                hears("found " + new HashMap<>(nodes).keySet());
            }
        }

        @Override
        public void notFound() {}

        @Override
        public void gone(String node, long asked) {
            hears("gone " + node);
        }

        @Override
        public void renew() {}

        @Override
        public void putEnded(boolean done) {
            hears("put " + done);
        }

        @Override
        public void putAgain() {
            unsaid = true;
        }

        @Override
        public void readAgain() {
            unread = true;
        }

        @Override
        public int beat() {
            if (unsaid) {
                unsaid = false;
                presence.put("t", Set.of(), 0, this);
            }
            if (unread) {
                unread = false;
                presence.read("t", this);
            }
            return 0;
        }
    }

    @Test
    void renewalsWhoseAnswersAreLostDoNotEndTheBeat() {
        store.failures.set(6);
        presence.begin();
        await("it beats on", () -> store.renewals.get() > 7);
    }

    @Test
    void anErrorInTheAnswerOfAReadIsFollowedByAnotherRead() {
        presence.begin();
        await("it beats", () -> store.renewals.get() > 1);
        hearing.failures.set(1);
        presence.read("t", hearing);
        await("it is read again", () -> hearing.all.contains("found [other]"));
    }

    @Test
    void anErrorInTheAnswerOfAPutIsFollowedByAnotherPut() {
        presence.begin();
        await("it beats", () -> store.renewals.get() > 1);
        hearing.failures.set(1);
        presence.put("t", Set.of("Tim"), 1, hearing);
        await("it is put again", () -> hearing.all.contains("put true"));
    }

    @Test
    void anErrorWhenAMessageIsHeardIsFollowedByARead() {
        presence.begin();
        await("it beats", () -> store.renewals.get() > 1);
        hearing.failures.set(1);
        presence.present("t", "other", new NodeMembers(1, 1, Set.of("Ada")).encoded());
        await("it is read", () -> hearing.all.contains("found [other]"));
    }

    @Test
    void manyCausesToReadATopicMakeOneReadInABeat() {
        presence.begin();
        await("it beats", () -> store.renewals.get() > 1);
        traffic.admitsIn(1); // so that there is no room for what comes
        for (int i = 0; i < 1000; i++) {
            presence.present("t", "other", new byte[1 << 20]);
        }
        int beats = store.renewals.get();
        await("it beats", () -> store.renewals.get() > beats + 2);
        int reads = store.reads.get();
        assertTrue(reads >= 1 && reads <= 4, reads + " reads");
    }

    @Test
    void anErrorOfThePresenceLeavesTheMembersWhole() {
        List<Member> left = new ArrayList<>();
        Member.Place place = new Member.Place() {
            @Override
            public String name() {
                return "t";
            }

            @Override
            public SlowSubscriber rule() {
                return SlowSubscriber.DROP_OLDEST;
            }

            @Override
            public void dropped() {}

            @Override
            public void soon(Member member) {}

            @Override
            public void catchUpLater(Member member) {}

            @Override
            public void left(Member member) {
                left.add(member);
                throw noMemory();
            }

            @Override
            public void leave(Member member) {}
        };
        Members members = new Members();
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.expectOne();
            Member each = new Member(place, null, null);
            all.add(each);
            members.add(each);
        }
        assertThrows(OutOfMemoryError.class, () -> members.remove(all.get(0)));
        assertEquals(2, members.count());
        members.leave(all.get(1));
        members.leave(all.get(2));
        members.letGo();
        assertEquals(0, members.count());
        assertEquals(3, left.size());
    }
}
