package dev.hawser.brokers;

import static dev.hawser.brokers.Client.await;
import static dev.hawser.brokers.TwoNodes.KEPT;
import static dev.hawser.brokers.TwoNodes.publish;
import static dev.hawser.brokers.TwoNodes.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.topic.Published;
import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What each backplane with a history must do: two nodes over one broker, which is stopped, paused, and loses what it
 * had. A test of a backplane implements this.
 */
public interface BackplaneRules {
    /** The nodes of this test. */
    TwoNodes nodes();

    /** Both nodes hear of a live topic: what they publish comes to the other one. */
    private void awaitHeard(String topic, Client here, Client there) {
        await("both are subscribed", () -> {
            nodes().first().topics.publish(topic, "a");
            nodes().second().topics.publish(topic, "b");
            return here.texts().contains("b") && there.texts().contains("a");
        });
    }

    @Test
    default void liveMessagesReachTheSubscribersOfBothNodesInOrder() {
        Client here = nodes().opened(Client.bare(nodes().first(), "live/1"));
        Client there = nodes().opened(Client.enveloped(nodes().second(), "live/1"));
        awaitHeard("live/1", here, there);
        publish(nodes().first().topics, "live/1", 1, 500);
        await(
                "the last has come",
                () -> here.texts().contains("500") && there.texts().contains("500"));
        for (Client each : List.of(here, there)) {
            assertEquals(
                    texts(1, 500),
                    each.texts().stream().filter(text -> text.matches("\\d+")).toList());
        }
    }

    @Test
    default void allNodesSeeTheMessagesOfAHistoryInOneOrderWithTheSameOffsets() throws Exception {
        Client here = nodes().opened(Client.enveloped(nodes().first(), KEPT));
        Client there = nodes().opened(Client.enveloped(nodes().second(), KEPT));
        Client plain = nodes().opened(Client.bare(nodes().second(), KEPT));
        for (Client each : List.of(here, there)) { // else they could come after the first messages
            await("it is told where it stands", () -> each.kinds().size() == 1);
        }
        List<Thread> threads = new ArrayList<>();
        for (Node node : List.of(nodes().first(), nodes().second(), nodes().first(), nodes().second())) {
            int publisher = threads.size();
            threads.add(new Thread(() -> IntStream.range(0, 100)
                    .forEach(i -> node.topics
                            .publish(KEPT, publisher + "-" + i)
                            .toCompletableFuture()
                            .join())));
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join();
        }
        await(
                "all have come",
                () -> here.texts().size() == 400
                        && there.texts().size() == 400
                        && plain.texts().size() == 400);
        assertEquals(here.texts(), there.texts());
        assertEquals(here.texts(), plain.texts());
        here.assertNothingTwiceOrMissingUntold();
        there.assertNothingTwiceOrMissingUntold();
    }

    @Test
    default void aClientThatMovesToTheOtherNodeGetsWhatItHasMissedOnce() throws Exception {
        Client before = nodes().opened(Client.enveloped(nodes().first(), KEPT));
        await("it is told where it stands", () -> before.kinds().size() == 1);
        publish(nodes().second().topics, KEPT, 1, 5);
        await("five have come", () -> before.texts().size() == 5);
        before.close();
        nodes().first().close();
        publish(nodes().second().topics, KEPT, 6, 9);
        Client after = nodes().opened(before.back(nodes().second()));
        publish(nodes().second().topics, KEPT, 10, 12);
        await("all have come", () -> after.texts().size() == 7);
        assertEquals(texts(6, 12), after.texts());
        assertEquals("recovered", after.kinds().get(0));
        after.assertNothingTwiceOrMissingUntold();
    }

    @Test
    default void whenTheBrokerIsRestartedUnderLoadNothingThatWasStoredIsLostOrComesTwice() throws Exception {
        List<Client> clients = nodes().clients();
        Load load = new Load(KEPT, List.of(nodes().first(), nodes().second()));
        try (load) {
            for (int i = 0; i < 3; i++) {
                load.awaitMore(50);
                nodes().broker().stop();
                nodes().awaitLost();
                nodes().broker().start();
                nodes().awaitConnected();
            }
            load.awaitMore(50);
        }
        nodes().assertAllStoredCameOnce(load, clients);
        assertEquals(
                1,
                clients.get(0).kinds().stream()
                        .filter(kind -> !kind.equals("text"))
                        .count(),
                "no gap");
    }

    @Test
    default void whileTheBrokerIsPausedNoPublisherWaitsLongAndAfterwardsItGoesOn() throws Exception {
        List<Client> clients = nodes().clients();
        Client live = nodes().opened(Client.bare(nodes().first(), "live/2"));
        Load load = new Load(KEPT, List.of(nodes().first(), nodes().second()));
        try (load) {
            load.awaitMore(50);
            nodes().broker().pause();
            for (int i = 1; i <= 10_000; i++) {
                Published published = nodes().first()
                        .topics
                        .publish("live/2", "x".repeat(1000))
                        .toCompletableFuture()
                        .join();
                assertEquals(1, published.delivered());
                int sent = i;
                if (sent % 500 == 0) { // else the client could be the slow one
                    await("its own client has all", () -> live.all().size() == sent);
                }
            }
            assertTrue(nodes().first().topics.backplane().waitingBytes() <= 8 * 1024 * 1024);
            assertTrue(nodes().first().topics.backplane().dropped() > 0, "what is too much is dropped, and counted");
            CompletionException failure = assertThrows(
                    CompletionException.class,
                    () -> nodes().first()
                            .topics
                            .publish(KEPT, "late")
                            .toCompletableFuture()
                            .join());
            assertInstanceOf(BackplaneException.class, failure.getCause());
            nodes().broker().resume();
            load.awaitMore(50);
        }
        nodes().assertAllStoredCameOnce(load, clients);
        await("nothing waits", () -> nodes().first().topics.backplane().waitingBytes() == 0);
    }

    @Test
    default void whenTheBrokerHasLostAllAnotherEpochBeginsAndClientsAreTold() throws Exception {
        List<Client> clients = nodes().clients();
        publish(nodes().first().topics, KEPT, 1, 10);
        await(
                "all have come",
                () -> clients.stream().allMatch(each -> each.texts().size() == 10));
        nodes().broker().loseAll();
        nodes().broker().start();
        nodes().awaitConnected();
        await("the broker takes messages again", () -> isStored(nodes().second().topics, "new"));
        await("it goes on", () -> clients.stream().allMatch(each -> each.texts().contains("new")));
        for (Client each : clients) {
            assertEquals(texts(1, 10), each.texts().subList(0, 10));
            each.assertLaw();
        }
        assertTrue(clients.get(0).kinds().contains("gap"));
        Client late = nodes().opened(clients.get(1).back(nodes().first()));
        await("it is told", () -> late.kinds().size() > 0);
        assertEquals("recovered", late.kinds().get(0), "it had seen the new epoch");
    }

    /** Whether the broker has stored a message. One that is stored once is all that a client may need to go on. */
    private static boolean isStored(Topics topics, String text) {
        try {
            topics.publish(KEPT, text).toCompletableFuture().join();
            return true;
        } catch (CompletionException e) {
            assertInstanceOf(BackplaneException.class, e.getCause());
            return false;
        }
    }

    @Test
    default void aTopicMayGoOnWithinEachNodeWhileTheBrokerIsStopped() throws Exception {
        String topic = "local/1";
        Client here = nodes().opened(Client.enveloped(nodes().first(), topic));
        Client there = nodes().opened(Client.enveloped(nodes().second(), topic));
        Client plain = nodes().opened(Client.bare(nodes().first(), topic));
        for (Client each : List.of(here, there)) {
            await("it is told where it stands", () -> each.kinds().size() == 1);
        }
        publish(nodes().first().topics, topic, 1, 3);
        for (Client each : List.of(here, there, plain)) {
            await("three have come", () -> each.texts().equals(texts(1, 3)));
        }
        nodes().broker().stop();
        nodes().awaitLost();
        publish(nodes().first().topics, topic, 4, 6);
        publish(nodes().second().topics, topic, 7, 8);
        for (Client each : List.of(here, plain)) {
            await("it goes on here", () -> each.texts().equals(texts(1, 6)));
        }
        await("it goes on there", () -> there.texts().equals(List.of("1", "2", "3", "7", "8")));
        nodes().broker().start();
        nodes().awaitConnected();
        await("all are together again", () -> {
            String text = "again " + System.nanoTime();
            nodes().first().topics.publish(topic, text).toCompletableFuture().join();
            return there.texts().stream().anyMatch(each -> each.startsWith("again"));
        });
        for (Client each : List.of(here, there, plain)) {
            await("the last has come", () -> each.texts().stream().anyMatch(text -> text.startsWith("again")));
            List<String> texts = each.texts();
            assertEquals(texts.stream().distinct().toList(), texts, "none twice");
            each.assertLaw();
        }
        for (Client each : List.of(here, there)) {
            assertTrue(each.kinds().stream().filter("gap"::equals).count() >= 2, "away, and back");
        }
    }

    @Test
    default void aNodeThatStartsBeforeItsBrokerConnectsWhenItIsThere() throws Exception {
        nodes().broker().stop();
        Node early = nodes().another();
        Client client = nodes().opened(Client.bare(early, KEPT));
        assertFalse(early.topics.backplane().connected());
        nodes().broker().start();
        await("it has connected", () -> early.topics.backplane().connected());
        nodes().awaitConnected();
        await("messages come", () -> {
            nodes().first().topics.publish(KEPT, "x");
            return client.texts().contains("x");
        });
    }

    @Test
    default void aBrokerWhoseHostVanishesIsNoticedAndThereAgainWhenItComesBack() throws Exception {
        FaultyProxy network = nodes().opened(new FaultyProxy(nodes().broker().port()));
        Node far = nodes().behind(network);
        Client client = nodes().opened(Client.enveloped(far, KEPT));
        await("it is told where it stands", () -> client.kinds().size() == 1);
        publish(far.topics, KEPT, 1, 3);
        await("three have come", () -> client.texts().size() == 3);
        network.vanishes();
        far.topics.publish(KEPT, "perhaps lost"); // so that TCP has something to repeat
        await("the node knows", () -> !far.topics.backplane().connected());
        publish(nodes().first().topics, KEPT, 4, 5);
        network.comesBack();
        await("it goes on", () -> client.texts().containsAll(texts(1, 5)));
        client.assertNothingTwiceOrMissingUntold();
    }

    @Test
    default void noThreadOfTheBrokersClientOutlivesItsNode() throws Exception {
        ThreadGroup group = new ThreadGroup("a node"); // all that its threads start is in it, too
        AtomicInteger most = new AtomicInteger();
        FutureTask<@Nullable Void> life = new FutureTask<>(() -> {
            try (Node node = new Node(nodes()::connect)) {
                await("it is connected", () -> node.topics.backplane().connected());
                most.set(clientThreads(group));
            }
            return null;
        });
        new Thread(group, life, "life of a node").start();
        life.get();
        assertTrue(most.get() > 0);
        await("its threads have ended", () -> clientThreads(group) == 0);
    }

    private static int clientThreads(ThreadGroup group) {
        Thread[] all = new Thread[1000];
        int count = group.enumerate(all);
        return (int) Arrays.stream(all, 0, count)
                .map(each -> each.getName().toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("lettuce") || name.contains("nats"))
                .count();
    }
}
