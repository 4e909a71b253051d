package dev.hawser.nats;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.NatsServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One backplane over a real NATS, without topics: what it does when subscriptions end, and messages are too many. */
class NatsSubscriptionsTest {
    private static final String TOPIC = "news";
    private static final int TIMES = 3_000;
    private static final int MORE_THAN_THE_CLIENT_KEEPS = 80; // of 1 MB; it keeps 64

    /** Remembers the number that came last. */
    private static final class Listener implements BackplaneListener {
        private final AtomicBoolean connected = new AtomicBoolean();
        private final AtomicLong newest = new AtomicLong();
        private final AtomicLong subscribed = new AtomicLong();
        /** Messages wait while it is not complete. */
        private volatile CompletableFuture<?> goesOn = CompletableFuture.completedFuture(null);

        @Override
        public void live(String topic, byte[] message) {
            goesOn.join();
            newest.set(ByteBuffer.wrap(message).getLong());
        }

        @Override
        public void stored(String topic, StoredMessage message) {}

        @Override
        public void present(String topic, String node, byte[] members) {}

        @Override
        public void subscribed(String topic) {
            subscribed.incrementAndGet();
        }

        @Override
        public void connected(boolean now) {
            connected.set(now);
        }
    }

    private final NatsServer nats = new NatsServer();
    private BrokerServer server;

    @BeforeEach
    void start() throws Exception {
        server = new BrokerServer(nats);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) { // null where no nats-server is installed
            server.close();
        }
    }

    @Test
    void aTopicThatIsSubscribedAgainWhileItsMessagesComeIsHeard() throws Exception {
        Listener heard = new Listener();
        Listener other = new Listener();
        AtomicLong sent = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        try (NatsBackplane subscriber = new NatsBackplane(server.uri());
                NatsBackplane publisher = new NatsBackplane(server.uri())) {
            subscriber.start(heard);
            publisher.start(other);
            await("both are connected", () -> heard.connected.get() && other.connected.get());
            CompletableFuture<?> published = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
                    for (int i = 0; i < 100; i++) {
                        byte[] number = ByteBuffer.allocate(8)
                                .putLong(sent.incrementAndGet())
                                .array();
                        last = publisher.publish(TOPIC, number).toCompletableFuture();
                    }
                    last.join();
                }
            });
            try {
                for (int i = 0; i < TIMES; i++) {
                    subscriber.subscribe(TOPIC);
                    long before = sent.get();
                    await("new messages come", () -> heard.newest.get() > before);
                    subscriber.unsubscribe(TOPIC);
                }
            } finally {
                over.set(true);
                published.join();
            }
        }
    }

    @Test
    void aReadHasNoMessageThatItsNodeStoresAfterItNotEvenTheFirst() throws Exception {
        Duration age = Duration.ofMinutes(1);
        for (int i = 0; i < 20; i++) {
            try (NatsBackplane node = new NatsBackplane(server.uri())) {
                Listener heard = new Listener();
                node.start(heard);
                await("it is connected", heard.connected::get);
                HistoryStore store = node.history();
                CompletableFuture<StoredMessages> read =
                        store.read(TOPIC + i, StoredMessage.NONE, 10, age).toCompletableFuture();
                store.append(TOPIC + i, "node" + i, 1, new byte[8], 10, age)
                        .toCompletableFuture()
                        .join();
                assertEquals(List.of(), read.join().messages());
            }
        }
    }

    @Test
    void aNodeWhoseClientHasDroppedMessagesReadsAndPublishesAgain() throws Exception {
        Listener heard = new Listener();
        Listener other = new Listener();
        try (NatsBackplane slow = new NatsBackplane(server.uri());
                NatsBackplane publisher = new NatsBackplane(server.uri())) {
            slow.start(heard);
            publisher.start(other);
            await("both are connected", () -> heard.connected.get() && other.connected.get());
            slow.subscribe(TOPIC);
            await("it is subscribed", () -> heard.subscribed.get() == 1);
            CompletableFuture<?> goesOn = new CompletableFuture<>();
            heard.goesOn = goesOn;
            byte[] large = new byte[1 << 20];
            for (int i = 0; i < MORE_THAN_THE_CLIENT_KEEPS; i++) {
                publisher.publish(TOPIC, large).toCompletableFuture().join();
            }
            CompletableFuture<?> whileItIsFull = slow.publish(TOPIC, large).toCompletableFuture();
            long before = heard.subscribed.get();
            goesOn.complete(null);
            await("the result is known", whileItIsFull::isDone);
            await("it reads again", () -> heard.subscribed.get() > before);
            await("it is connected", heard.connected::get);
            byte[] number = ByteBuffer.allocate(8).putLong(7).array();
            CompletableFuture<?> published = slow.publish(TOPIC, number).toCompletableFuture();
            await("it publishes", published::isDone);
            published.join();
            await("it hears", () -> heard.newest.get() == 7);
        }
    }

    @Test
    void aClosedBackplaneLeavesNoThreadThatWaits() throws Exception {
        Listener heard = new Listener();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (NatsBackplane backplane = new NatsBackplane(server.uri())) {
            backplane.start(heard);
            await("it is connected", heard.connected::get);
            backplane
                    .history()
                    .append(TOPIC, "a", 1, new byte[1], 10, Duration.ofSeconds(10))
                    .toCompletableFuture()
                    .join();
            backplane
                    .history()
                    .read(TOPIC, StoredMessage.NONE, 10, Duration.ofSeconds(10))
                    .toCompletableFuture()
                    .join();
        }
        await(
                "its threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> !before.contains(each))
                        .allMatch(each -> each.getName().equals("process reaper")));
    }
}
