package dev.hawser.nats;

import static dev.hawser.brokers.Client.await;

import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.brokers.BrokerServer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions that end and begin again while messages come, over a real NATS. */
class NatsSubscriptionsTest {
    private static final String TOPIC = "news";
    private static final int TIMES = 3_000;

    /** Remembers the number that came last. */
    private static final class Listener implements BackplaneListener {
        private final AtomicBoolean connected = new AtomicBoolean();
        private final AtomicLong newest = new AtomicLong();

        @Override
        public void live(String topic, byte[] message) {
            newest.set(ByteBuffer.wrap(message).getLong());
        }

        @Override
        public void stored(String topic, StoredMessage message) {}

        @Override
        public void present(String topic, String node, byte[] members) {}

        @Override
        public void subscribed(String topic) {}

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
        server.close();
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
}
