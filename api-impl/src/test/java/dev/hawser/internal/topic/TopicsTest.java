package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Published;
import dev.hawser.topic.Topics;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final TopicWorld world = new TopicWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void aMessageReachesAllWhoAreSubscribedAndNobodyElse() {
        Peer first = world.connect();
        Peer second = world.connect();
        Peer stranger = world.connect();
        Topics topics = Topics.of(first.session());
        topics.subscribe(first.session(), "room/7");
        topics.subscribe(second.session(), "room/7");
        topics.subscribe(stranger.session(), "room/8");
        Published published = now(topics, "room/7", "hello");
        topics.publish("room/7", ByteBuffer.wrap("bytes".getBytes(StandardCharsets.UTF_8)));
        assertEquals(2, published.delivered());
        assertEquals(0, published.failed());
        assertEquals(List.of("text:hello", "binary:bytes"), first.received());
        assertEquals(List.of("text:hello", "binary:bytes"), second.received());
        assertEquals(List.of(), stranger.received());
        assertEquals(0, now(topics, "room/9", "to nobody").delivered());
    }

    @Test
    void aBufferThatWasPublishedStaysAsItIsAndMayChangeAtOnce() {
        Peer peer = world.connect();
        peer.transport.holdWrites();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        ByteBuffer bytes = ByteBuffer.wrap("a".repeat(20_000).getBytes(StandardCharsets.UTF_8));
        topics.publish("t", bytes);
        assertEquals(20_000, bytes.remaining());
        bytes.put(0, (byte) 'b');
        peer.transport.releaseWrite();
        assertEquals(List.of("binary:" + "a".repeat(20_000)), peer.received());
    }

    @Test
    void oneWhoIsExceptedGetsNothing() {
        Peer speaker = world.connect();
        Peer listener = world.connect();
        Topics topics = Topics.of(speaker.session());
        topics.subscribe(speaker.session(), "t");
        topics.subscribe(listener.session(), "t");
        topics.publish("t", "x", PublishOptions.toAll().except(speaker.session()));
        assertEquals(List.of(), speaker.received());
        assertEquals(List.of("text:x"), listener.received());
    }

    @Test
    void whatOnePublisherPublishesReachesEachSubscriberInThatOrder() throws InterruptedException {
        int publishers = 4;
        int messages = 300;
        List<Peer> peers = world.connect(20);
        ExecutorService network = Executors.newFixedThreadPool(2);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Topics topics = Topics.of(peers.get(0).session());
            for (Peer peer : peers) {
                peer.transport.writesEndOn(network);
                topics.subscribe(peer.session(), "t");
            }
            CountDownLatch done = new CountDownLatch(publishers);
            for (int p = 0; p < publishers; p++) {
                int publisher = p;
                threads.execute(() -> {
                    for (int i = 0; i < messages; i++) {
                        topics.publish("t", publisher + " " + i);
                    }
                    done.countDown();
                });
            }
            assertTrue(done.await(30, TimeUnit.SECONDS));
            for (Peer peer : peers) {
                await("all have come", () -> peer.received().size() == publishers * messages);
                for (int p = 0; p < publishers; p++) {
                    String publisher = "text:" + p + " ";
                    assertEquals(
                            IntStream.range(0, messages)
                                    .mapToObj(i -> publisher + i)
                                    .toList(),
                            peer.received().stream()
                                    .filter(message -> message.startsWith(publisher))
                                    .toList());
                }
            }
            assertEquals(1, peers.stream().map(Peer::received).distinct().count(), "one order for all of them");
        } finally {
            network.shutdownNow();
            threads.shutdownNow();
        }
    }

    /** Subscribes as it opens. */
    @ServerEndpoint("/early")
    public static class SubscribesOnOpen {
        private final AtomicInteger published;
        volatile int atSubscribe;

        SubscribesOnOpen(AtomicInteger published) {
            this.published = published;
        }

        @OnOpen
        public void open(Session session) {
            Topics.of(session).subscribe(session, "t");
            atSubscribe = published.get();
            Topics.of(session).publish("t", "own");
        }
    }

    @Test
    void aSubscriptionMadeInOnOpenSeesAllThatIsPublishedAfterItHasReturned() throws InterruptedException {
        AtomicInteger published = new AtomicInteger();
        Peer other = world.connect();
        Topics topics = Topics.of(other.session());
        CountDownLatch enough = new CountDownLatch(1);
        Thread publisher = new Thread(() -> {
            while (enough.getCount() > 0) {
                topics.publish("t", "n" + published.incrementAndGet()); // counted before it is published
            }
        });
        publisher.start();
        List<Peer> peers = new ArrayList<>();
        List<SubscribesOnOpen> endpoints = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SubscribesOnOpen endpoint = new SubscribesOnOpen(published);
            endpoints.add(endpoint);
            peers.add(world.connect(endpoint));
        }
        enough.countDown();
        publisher.join();
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            String last = "text:n" + published.get();
            if (endpoints.get(i).atSubscribe < published.get()) {
                await("the last has come", () -> peer.received().contains(last));
            }
            List<String> received = peer.received();
            assertTrue(received.contains("text:own"), "what it published itself after it had subscribed");
            List<Integer> numbers = received.stream()
                    .filter(message -> message.startsWith("text:n"))
                    .map(message -> Integer.valueOf(message.substring("text:n".length())))
                    .toList();
            for (int n = 0; n < numbers.size(); n++) {
                assertEquals(numbers.get(0) + n, numbers.get(n), "none is missing, and none comes twice");
            }
            assertTrue(
                    numbers.isEmpty() || numbers.get(0) <= endpoints.get(i).atSubscribe + 1,
                    "from the first that was published after subscribe had returned");
        }
    }

    @Test
    void noSubscriptionSurvivesItsSession() throws IOException {
        List<Peer> peers = world.connect(4);
        Topics topics = Topics.of(peers.get(0).session());
        for (Peer peer : peers) {
            topics.subscribe(peer.session(), "t");
            topics.subscribe(peer.session(), "u");
        }
        assertEquals(4, topics.subscribers("t"));
        peers.get(0).session().close();
        assertEquals(Set.of(), topics.subscriptions(peers.get(0).session()));
        assertEquals(3, topics.subscribers("t"), "from the moment when it begins to close");
        peers.get(1).sends(Opcode.CLOSE, new byte[] {3, (byte) 0xE8}); // 1000
        peers.get(2).connection.cut("test", CloseCause.STOPPED);
        peers.get(3).connection.transportListener().onClosed(new IOException("broken"));
        await("nobody is left", () -> topics.subscribers("t") == 0);
        assertEquals(0, now(topics, "t", "x").delivered());
        assertEquals(0, ContainerTopics.of(peers.get(0).session()).size(), "and no topic is left of them");
    }

    /** Tries to subscribe when it is too late. */
    @ServerEndpoint("/late")
    public static class SubscribesOnClose {
        final BlockingQueue<String> outcome = new LinkedBlockingQueue<>();

        @OnOpen
        public void open(Session session) {
            Topics.of(session).subscribe(session, "t");
        }

        @OnClose
        public void close(Session session, CloseReason reason) {
            try {
                Topics.of(session).subscribe(session, "t");
                outcome.add("subscribed");
            } catch (IllegalStateException e) {
                outcome.add("refused");
            }
        }
    }

    @Test
    void whoIsClosingCannotSubscribeAnyMore() throws InterruptedException {
        SubscribesOnClose endpoint = new SubscribesOnClose();
        Peer peer = world.connect(endpoint);
        Topics topics = Topics.of(peer.session());
        peer.session().close();
        assertThrows(IllegalStateException.class, () -> topics.subscribe(peer.session(), "t"));
        peer.sends(Opcode.CLOSE, new byte[] {3, (byte) 0xE8});
        assertEquals("refused", endpoint.outcome.poll(30, TimeUnit.SECONDS));
        assertThrows(IllegalStateException.class, () -> topics.subscribe(peer.session(), "u"));
        assertEquals(0, topics.subscribers("t"));
        assertEquals(0, topics.subscribers("u"));
    }

    @Test
    void nothingComesAfterUnsubscribeHasReturned() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        topics.subscribe(peer.session(), "t");
        assertEquals(1, topics.subscribers("t"), "once, however often it subscribes");
        topics.publish("t", "before");
        assertTrue(topics.unsubscribe(peer.session(), "t"));
        assertFalse(topics.unsubscribe(peer.session(), "t"));
        topics.publish("t", "after");
        assertEquals(List.of("text:before"), peer.received());
        topics.subscribe(peer.session(), "t");
        topics.publish("t", "again");
        assertEquals(List.of("text:before", "text:again"), peer.received());
    }

    /** Publishes what it is told, and then returns something. */
    @ServerEndpoint("/speaker")
    public static class Speaker {
        @OnOpen
        public void open(Session session) {
            Topics.of(session).subscribe(session, "t");
        }

        @OnMessage
        public String told(Session session, String text) {
            Topics.of(session).publish("t", "published " + text);
            return "returned " + text;
        }
    }

    @Test
    void aPublisherThatIsSubscribedSeesItsMessagesAndItsReturnValuesInOrder() {
        Peer peer = world.connect(new Speaker());
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            peer.sends(Opcode.TEXT, ("" + i).getBytes(StandardCharsets.UTF_8));
            expected.add("text:published " + i);
            expected.add("text:returned " + i);
        }
        await("all has come", () -> peer.received().size() == expected.size());
        assertEquals(expected, peer.received());
    }

    @Test
    void whoPublishesToManyIsNotHeldUpByTheirWrites() {
        List<Peer> peers = world.connect(100);
        Topics topics = Topics.of(peers.get(0).session());
        Set<Thread> writers = ConcurrentHashMap.newKeySet();
        for (Peer peer : peers) {
            topics.subscribe(peer.session(), "t");
            peer.transport.beforeWrite(() -> writers.add(Thread.currentThread()));
        }
        assertEquals(100, now(topics, "t", "x").delivered());
        for (Peer peer : peers) {
            await("it has come", () -> !peer.received().isEmpty());
        }
        assertFalse(writers.contains(Thread.currentThread()), "a hundred writes are for other threads");
    }

    @Test
    void aMessageWaitsForTheEndOfAPartialOneAndNothingOvertakesIt() throws IOException {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "t");
        peer.session().getBasicRemote().sendText("begun ", false);
        assertEquals(1, now(topics, "t", "first").delivered());
        assertEquals(1, now(topics, "t", "second").delivered());
        peer.session().getBasicRemote().sendText("ended", true);
        peer.session().getBasicRemote().sendText("begun ", false);
        topics.publish("t", "third");
        peer.session().getBasicRemote().sendText("ended", true);
        assertEquals(
                List.of("frame:1:begun ", "frame:80:ended", "text:first", "text:second"),
                peer.received().subList(0, 4).stream()
                        .map(frame -> frame.equals("text:begun ") ? "frame:1:begun " : frame)
                        .toList());
        assertEquals("text:third", peer.received().get(6));
    }

    @Test
    void subscribersComeAndGoWhileOthersPublish() throws InterruptedException {
        List<Peer> peers = world.connect(8);
        Topics topics = Topics.of(peers.get(0).session());
        ExecutorService threads = Executors.newCachedThreadPool();
        CountDownLatch done = new CountDownLatch(peers.size() + 2);
        try {
            for (int p = 0; p < 2; p++) {
                threads.execute(() -> {
                    for (int i = 0; i < 3000; i++) {
                        topics.publish("t" + i % 2, "x");
                    }
                    done.countDown();
                });
            }
            for (int p = 0; p < peers.size(); p++) {
                Peer peer = peers.get(p);
                boolean closes = p % 2 == 0;
                threads.execute(() -> {
                    for (int i = 0; i < 1000; i++) {
                        topics.subscribe(peer.session(), "t" + i % 2);
                        topics.unsubscribe(peer.session(), "t" + (i / 2) % 2);
                    }
                    topics.subscribe(peer.session(), "t0");
                    if (closes) {
                        peer.connection.cut("test", CloseCause.STOPPED);
                    } else {
                        topics.unsubscribe(peer.session(), "t1");
                    }
                    done.countDown();
                });
            }
            assertTrue(done.await(30, TimeUnit.SECONDS));
        } finally {
            threads.shutdownNow();
        }
        await("those who closed are gone", () -> topics.subscribers("t0") == peers.size() / 2);
        assertEquals(0, topics.subscribers("t1"));
        assertEquals(1, ContainerTopics.of(peers.get(0).session()).size());
        assertEquals(peers.size() / 2, now(topics, "t0", "last").delivered());
        for (int p = 1; p < peers.size(); p += 2) {
            Peer peer = peers.get(p);
            await("who is left hears it", () -> peer.received().contains("text:last"));
        }
    }

    @Test
    void namesAndForeignSessionsAreRefused() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        for (String name : List.of("", "a*", "a\nb", "x".repeat(256))) {
            assertThrows(IllegalArgumentException.class, () -> topics.subscribe(peer.session(), name));
            assertThrows(IllegalArgumentException.class, () -> topics.publish(name, "x"));
        }
        topics.subscribe(peer.session(), "x".repeat(255));
        Session foreign = (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> null);
        assertThrows(IllegalArgumentException.class, () -> Topics.of(foreign));
        assertThrows(IllegalArgumentException.class, () -> topics.subscribe(foreign, "t"));
        try (TopicWorld other = new TopicWorld()) {
            Peer elsewhere = other.connect();
            assertThrows(IllegalArgumentException.class, () -> topics.subscribe(elsewhere.session(), "t"));
        }
    }

    private static Published now(@Nullable Topics topics, String topic, String text) {
        if (topics == null) {
            throw new AssertionError("nobody is connected");
        }
        return topics.publish(topic, text).toCompletableFuture().join();
    }
}
