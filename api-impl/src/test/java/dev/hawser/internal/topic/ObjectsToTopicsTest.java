package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectsToTopicsTest {
    private static final AtomicInteger ENCODED = new AtomicInteger();
    private static final AtomicInteger DESTROYED = new AtomicInteger();

    private final TopicWorld world = new TopicWorld();

    @AfterEach
    void end() {
        world.close();
    }

    record Price(String of, int cents) {}

    record Order(int number) {}

    public static class PriceEncoder implements Encoder.Text<Price> {
        @Override
        public String encode(Price price) throws EncodeException {
            ENCODED.incrementAndGet();
            if (price.cents < 0) {
                throw new EncodeException(price, "negative");
            }
            if (Thread.currentThread().getContextClassLoader() != TopicWorld.class.getClassLoader()) {
                return "not the application's class loader";
            }
            return price.of + "=" + price.cents;
        }

        @Override
        public void destroy() {
            DESTROYED.incrementAndGet();
        }
    }

    public static class OrderWriter implements Encoder.TextStream<Order> {
        @Override
        public void encode(Order order, Writer writer) throws IOException {
            writer.write("order ");
            writer.write("" + order.number);
        }
    }

    public static class OrderBytes implements Encoder.BinaryStream<Order> {
        @Override
        public void encode(Order order, OutputStream stream) throws IOException {
            stream.write(("bytes " + order.number).getBytes(StandardCharsets.UTF_8));
        }
    }

    @ServerEndpoint(value = "/prices", encoders = PriceEncoder.class)
    public static class Prices {
        @OnOpen
        public void open(Session session) {}
    }

    @Test
    void anObjectIsEncodedOnceForAllByTheEndpointThatIsNamed() {
        List<Peer> peers = world.connect(5);
        Topics topics = Topics.of(peers.get(0).session());
        peers.forEach(peer -> topics.subscribe(peer.session(), "prices"));
        int before = ENCODED.get();
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(null);
        try {
            topics.publishObject(
                    "prices", new Price("EUR", 117), PublishOptions.toAll().encodedBy(Prices.class));
            assertEquals(null, thread.getContextClassLoader());
        } finally {
            thread.setContextClassLoader(own);
        }
        assertEquals(1, ENCODED.get() - before);
        peers.forEach(peer -> assertEquals(List.of("text:EUR=117"), peer.received()));
    }

    @Test
    void orByTheEncodersOfTheTopicsPattern() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "prices/a/EUR");
        topics.subscribe(peer.session(), "orders");
        topics.subscribe(peer.session(), "order/bytes");
        topics.configure("prices/**", TopicOptions.live().encoders(PriceEncoder.class));
        topics.configure("order*", TopicOptions.live().encoders(OrderWriter.class));
        topics.configure("order/*", TopicOptions.live().encoders(OrderBytes.class));
        topics.publishObject("prices/a/EUR", new Price("EUR", 1));
        topics.publishObject("orders", new Order(2));
        topics.publishObject("order/bytes", new Order(3));
        topics.publishObject("orders", 4);
        assertEquals(List.of("text:EUR=1", "text:order 2", "binary:bytes 3", "text:4"), peer.received());
    }

    @Test
    void anObjectThatNothingEncodesIsRefusedNamingTopicAndClass() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> topics.publishObject("room/7", new Order(1)));
        assertTrue(String.valueOf(refused.getMessage()).contains("room/7"), refused::getMessage);
        assertTrue(String.valueOf(refused.getMessage()).contains(Order.class.getTypeName()), refused::getMessage);
        PublishOptions byPrices = PublishOptions.toAll().encodedBy(Prices.class);
        refused = assertThrows(
                IllegalArgumentException.class, () -> topics.publishObject("room/7", new Order(1), byPrices));
        assertTrue(String.valueOf(refused.getMessage()).contains(Prices.class.getTypeName()), refused::getMessage);
        PublishOptions byNone = PublishOptions.toAll().encodedBy(String.class);
        assertThrows(IllegalArgumentException.class, () -> topics.publishObject("room/7", new Order(1), byNone));
    }

    @Test
    void whatAnEncoderThrowsIsTheOutcomeAndReachesNobody() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "prices");
        topics.configure("prices", TopicOptions.live().encoders(PriceEncoder.class));
        CompletionException failed = assertThrows(
                CompletionException.class,
                () -> topics.publishObject("prices", new Price("EUR", -1))
                        .toCompletableFuture()
                        .join());
        assertInstanceOf(EncodeException.class, failed.getCause());
        assertEquals(List.of(), peer.received());
    }

    @Test
    void anEncoderThatIsNoneIsRefusedWhenItIsConfigured() {
        Topics topics = Topics.of(world.connect().session());
        assertThrows(
                IllegalArgumentException.class,
                () -> topics.configure("t", TopicOptions.live().encoders(Encoder.class)));
        assertThrows(IllegalArgumentException.class, () -> topics.configure("", TopicOptions.live()));
    }

    @Test
    void encodersAreDestroyedWithTheContainer() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.configure("t", TopicOptions.live().encoders(PriceEncoder.class));
        topics.publishObject("t", new Price("EUR", 1));
        int before = DESTROYED.get();
        world.close();
        assertEquals(1, DESTROYED.get() - before);
    }
}
