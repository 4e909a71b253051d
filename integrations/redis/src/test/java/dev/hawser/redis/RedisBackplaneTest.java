package dev.hawser.redis;

import static dev.hawser.redis.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.topic.Published;
import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes, each a real server, over one real Redis, which is stopped, paused, and loses what it had. */
class RedisBackplaneTest {
    private static final String KEPT = "kept/1";

    @RegisterExtension
    final RedisServer redis = new RedisServer();

    private Node first;
    private Node second;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        first = new Node(redis.uri());
        second = new Node(redis.uri());
        open.add(first);
        open.add(second);
        awaitConnected();
    }

    @AfterEach
    void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private void awaitConnected() {
        await(
                "the nodes are connected",
                () -> first.topics.backplane().connected()
                        && second.topics.backplane().connected());
    }

    private Client opened(Client client) {
        open.add(client);
        return client;
    }

    /** Both nodes hear of a live topic: what they publish comes to the other one. */
    private void awaitHeard(String topic, Client here, Client there) {
        await("both are subscribed", () -> {
            first.topics.publish(topic, "a");
            second.topics.publish(topic, "b");
            return here.texts().contains("b") && there.texts().contains("a");
        });
    }

    private static void publish(Topics from, String topic, int begin, int end) {
        for (int i = begin; i <= end; i++) {
            from.publish(topic, "" + i).toCompletableFuture().join();
        }
    }

    private static List<String> texts(int begin, int end) {
        return IntStream.rangeClosed(begin, end).mapToObj(i -> "" + i).toList();
    }

    @Test
    void liveMessagesReachTheSubscribersOfBothNodesInOrder() {
        Client here = opened(Client.bare(first, "live/1"));
        Client there = opened(Client.enveloped(second, "live/1"));
        awaitHeard("live/1", here, there);
        publish(first.topics, "live/1", 1, 500);
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
    void allNodesSeeTheMessagesOfAHistoryInOneOrderWithTheSameOffsets() throws Exception {
        Client here = opened(Client.enveloped(first, KEPT));
        Client there = opened(Client.enveloped(second, KEPT));
        Client plain = opened(Client.bare(second, KEPT));
        List<Thread> threads = new ArrayList<>();
        for (Node node : List.of(first, second, first, second)) {
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
    void aClientThatMovesToTheOtherNodeGetsWhatItHasMissedOnce() throws Exception {
        Client before = opened(Client.enveloped(first, KEPT));
        await("it is told where it stands", () -> before.kinds().size() == 1);
        publish(second.topics, KEPT, 1, 5);
        await("five have come", () -> before.texts().size() == 5);
        before.close();
        first.close();
        publish(second.topics, KEPT, 6, 9);
        Client after = opened(before.back(second));
        publish(second.topics, KEPT, 10, 12);
        await("all have come", () -> after.texts().size() == 7);
        assertEquals(texts(6, 12), after.texts());
        assertEquals("recovered", after.kinds().get(0));
        after.assertNothingTwiceOrMissingUntold();
    }

    /** Publishes to a history from both nodes until it is closed, and remembers what Redis has taken. */
    private final class Load implements AutoCloseable {
        final Queue<String> stored = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private volatile Throwable unexpected;

        Load() {
            for (Node node : List.of(first, second)) {
                int publisher = threads.size();
                Thread thread = new Thread(() -> {
                    for (int i = 0; !over.get(); i++) {
                        String text = publisher + "-" + i;
                        try {
                            node.topics
                                    .publish(KEPT, text)
                                    .toCompletableFuture()
                                    .join();
                            stored.add(text);
                        } catch (CompletionException e) {
                            if (!(e.getCause() instanceof BackplaneException)) {
                                unexpected = e;
                            }
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
        }

        void awaitMore(int messages) {
            int before = stored.size();
            await("messages are stored", () -> stored.size() >= before + messages);
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (Thread each : threads) {
                each.join();
            }
            if (unexpected != null) {
                throw new AssertionError(unexpected);
            }
        }
    }

    /** What must hold for all, whatever has happened to Redis meanwhile. */
    private void assertAllStoredCameOnce(Load load, List<Client> clients) {
        await("the last is stored", () -> {
            try {
                first.topics.publish(KEPT, "last").toCompletableFuture().join();
                return true;
            } catch (CompletionException e) {
                return false;
            }
        });
        for (Client each : clients) {
            await("the last has come", () -> each.texts().contains("last"));
            List<String> texts = each.texts();
            List<String> others =
                    texts.stream().filter(text -> !text.equals("last")).toList();
            assertEquals(others.stream().distinct().toList(), others, "none twice");
            assertTrue(others.containsAll(load.stored), "none lost");
            assertEquals(clients.get(0).texts(), texts, "one order");
            each.assertLaw();
        }
    }

    private List<Client> clients() {
        List<Client> clients = List.of(
                opened(Client.enveloped(first, KEPT)),
                opened(Client.enveloped(second, KEPT)),
                opened(Client.bare(first, KEPT)),
                opened(Client.bare(second, KEPT)));
        for (Client each : clients.subList(0, 2)) {
            await("it is told where it stands", () -> each.kinds().size() == 1);
        }
        return clients;
    }

    @Test
    void whenRedisIsRestartedUnderLoadNothingThatWasStoredIsLostOrComesTwice() throws Exception {
        List<Client> clients = clients();
        Load load = new Load();
        try (load) {
            for (int i = 0; i < 3; i++) {
                load.awaitMore(50);
                redis.stop();
                await(
                        "the nodes know",
                        () -> !first.topics.backplane().connected()
                                && !second.topics.backplane().connected());
                redis.start();
                awaitConnected();
            }
            load.awaitMore(50);
        }
        assertAllStoredCameOnce(load, clients);
        assertEquals(
                1,
                clients.get(0).kinds().stream()
                        .filter(kind -> !kind.equals("text"))
                        .count(),
                "no gap");
    }

    @Test
    void whenRedisCutsItsSubscribersUnderLoadNothingIsLostOrComesTwice() throws Exception {
        List<Client> clients = clients();
        Load load = new Load();
        try (load) {
            int cut = 0;
            while (cut < 10) {
                load.awaitMore(20);
                cut += Integer.parseInt(redis.ask("CLIENT KILL TYPE pubsub").substring(1));
            }
            load.awaitMore(50);
        }
        assertAllStoredCameOnce(load, clients);
    }

    @Test
    void whileRedisIsPausedNoPublisherWaitsLongAndAfterwardsItGoesOn() throws Exception {
        List<Client> clients = clients();
        Client live = opened(Client.bare(first, "live/2"));
        Load load = new Load();
        try (load) {
            load.awaitMore(50);
            redis.pause();
            for (int i = 1; i <= 10_000; i++) {
                Published published = first.topics
                        .publish("live/2", "x".repeat(1000))
                        .toCompletableFuture()
                        .join();
                assertEquals(1, published.delivered());
                int sent = i;
                if (sent % 500 == 0) { // else the client could be the slow one
                    await("its own client has all", () -> live.all().size() == sent);
                }
            }
            assertTrue(first.topics.backplane().waitingBytes() <= 8 * 1024 * 1024);
            assertTrue(first.topics.backplane().dropped() > 0, "what is too much is dropped, and counted");
            CompletionException failure = assertThrows(
                    CompletionException.class,
                    () -> first.topics
                            .publish(KEPT, "late")
                            .toCompletableFuture()
                            .join());
            assertInstanceOf(BackplaneException.class, failure.getCause());
            redis.resume();
            load.awaitMore(50);
        }
        assertAllStoredCameOnce(load, clients);
        await("nothing waits", () -> first.topics.backplane().waitingBytes() == 0);
    }

    @Test
    void whenRedisHasLostAllAnotherEpochBeginsAndClientsAreTold() throws Exception {
        List<Client> clients = clients();
        publish(first.topics, KEPT, 1, 10);
        await(
                "all have come",
                () -> clients.stream().allMatch(each -> each.texts().size() == 10));
        redis.loseAll();
        redis.start();
        awaitConnected();
        await("it goes on", () -> {
            second.topics.publish(KEPT, "new");
            return clients.stream().allMatch(each -> each.texts().contains("new"));
        });
        for (Client each : clients) {
            assertEquals(texts(1, 10), each.texts().subList(0, 10));
            each.assertLaw();
        }
        assertTrue(clients.get(0).kinds().contains("gap"));
        Client late = opened(clients.get(1).back(first));
        await("it is told", () -> late.kinds().size() > 0);
        assertEquals("recovered", late.kinds().get(0), "it had seen the new epoch");
    }

    @Test
    void whatAStrangerPublishesToItsChannelsIsLeftOut() throws Exception {
        List<Client> clients = clients();
        publish(first.topics, KEPT, 1, 1);
        for (String garbage : List.of("S", "Sgarbage", "Sa\\nb\\nc\\nd", "L", "Lgarbage", "x")) {
            assertEquals(":2", redis.ask("PUBLISH hawser:" + KEPT + " \"" + garbage + "\""), "both nodes heard it");
        }
        publish(second.topics, KEPT, 2, 3);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 3)));
            each.assertLaw();
        }
    }

    @Test
    void whenItsMemoryIsFullPublishersAreTold() throws Exception {
        List<Client> clients = clients();
        publish(first.topics, KEPT, 1, 1);
        assertEquals("+OK", redis.ask("CONFIG SET maxmemory 1"));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> first.topics.publish(KEPT, "lost").toCompletableFuture().join());
        assertInstanceOf(BackplaneException.class, failure.getCause());
        assertEquals("+OK", redis.ask("CONFIG SET maxmemory 0"));
        publish(first.topics, KEPT, 2, 2);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 2)));
            each.assertLaw();
        }
    }

    @Test
    void aMessageIsStoredAgainAfterRedisHasForgottenItsScripts() throws Exception {
        List<Client> clients = clients();
        publish(first.topics, KEPT, 1, 1);
        assertEquals("+OK", redis.ask("SCRIPT FLUSH"));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> first.topics.publish(KEPT, "lost").toCompletableFuture().join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        publish(first.topics, KEPT, 2, 2);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 2)));
        }
    }

    @Test
    void aNodeThatStartsBeforeRedisConnectsWhenItIsThere() throws Exception {
        redis.stop();
        Node early = new Node(redis.uri());
        open.add(early);
        Client client = opened(Client.bare(early, KEPT));
        assertFalse(early.topics.backplane().connected());
        redis.start();
        await("it has connected", () -> early.topics.backplane().connected());
        awaitConnected();
        await("messages come", () -> {
            first.topics.publish(KEPT, "x");
            return client.texts().contains("x");
        });
    }
}
