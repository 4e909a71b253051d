package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.Backplane;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicCounts;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs the snippets of docs/topics.md; those with servlets and brokers are in the tests named in SOURCES. */
class TopicsPageTest {
    private static final Path PAGE = Path.of("../docs/topics.md");
    private static final List<Path> SOURCES = List.of(
            Path.of("src/test/java/dev/hawser/internal/topic/TopicsPageTest.java"),
            Path.of("../container-adapter/src/test/java/dev/hawser/internal/servlet/TopicContainersTest.java"),
            Path.of("../integrations/redis/src/test/java/dev/hawser/redis/RedisBackplaneTest.java"),
            Path.of("../integrations/nats/src/test/java/dev/hawser/nats/NatsBackplaneTest.java"));

    private final TopicWorld world = new TopicWorld();

    @AfterEach
    void end() {
        world.close();
    }

    record Price(String of, int cents) {}

    public static class PriceEncoder implements Encoder.Text<Price> {
        @Override
        public String encode(Price price) {
            return price.of + "=" + price.cents;
        }
    }

    @ServerEndpoint(value = "/prices", encoders = PriceEncoder.class)
    public static class Prices {
        @OnOpen
        public void open(Session session) {}
    }

    @Test
    void eachSnippetOfThePageIsInATest() throws IOException {
        StringBuilder tests = new StringBuilder();
        for (Path source : SOURCES) {
            tests.append(withoutBlanks(Files.readString(source)));
        }
        Matcher snippet = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int found = 0;
        while (snippet.find()) {
            found++;
            String code = snippet.group(1);
            assertTrue(tests.indexOf(withoutBlanks(code)) >= 0, code);
        }
        assertTrue(found >= 6, "snippets: " + found);
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void objects() {
        Peer peer = world.connect(new Prices());
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "prices/EUR");
        topics.subscribe(peer.session(), "shop");
        topics.configure("prices/*", TopicOptions.live().encoders(PriceEncoder.class));
        topics.publishObject("prices/EUR", new Price("EUR", 117));
        topics.publishObject(
                "shop", new Price("GBP", 88), PublishOptions.toAll().encodedBy(Prices.class));
        assertEquals(List.of("text:EUR=117", "text:GBP=88"), peer.received());
    }

    @Test
    void whatBecameOfAMessage() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        topics.subscribe(peer.session(), "room/7");
        LongAdder reached = new LongAdder();
        topics.publish("room/7", "hello").thenAccept(published -> reached.add(published.delivered()));
        assertEquals(1, reached.sum());
    }

    @Test
    void slowSubscribers() {
        Peer peer = world.connect();
        Topics topics = Topics.of(peer.session());
        Session session = peer.session();
        topics.configure("positions/**", TopicOptions.live().slow(SlowSubscriber.DROP_OLDEST));
        topics.subscribe(session, "prices", SlowSubscriber.LATEST);
        topics.publish("prices", "EUR 117", PublishOptions.toAll().key("EUR"));
        await("it comes", () -> peer.received().equals(List.of("text:EUR 117")));
        TopicCounts counts = topics.counts("prices");
        long lost = counts.dropped() + counts.closed();
        assertEquals(0, lost);
        assertEquals(1, counts.delivered());
    }

    @Test
    void history() {
        Peer peer = world.connect(new Prices(), "hawser.topics.v1", "");
        Topics topics = Topics.of(peer.session());
        topics.configure("room/*", TopicOptions.live().history(1000, Duration.ofMinutes(10)));
        topics.publish("room/7", "before");
        topics.subscribe(peer.session(), "room/7");
        topics.publish("room/7", "after");
        assertTrue(peer.received().get(0).endsWith("\"offset\":1}\n"), peer.received()::toString);
        assertTrue(peer.received().get(1).endsWith("\"offset\":2,\"previous\":1}\nafter"), peer.received()::toString);
    }

    @Test
    void presence() {
        Peer peer = world.connect(new Prices(), "hawser.topics.v1", "");
        Session session = peer.session();
        Topics topics = Topics.of(session);
        String name = "Ada";
        topics.configure("room/*", TopicOptions.live().presence(100)); // up to 100 members are named
        topics.join(session, "room/7", name);
        topics.present("room/7").thenAccept(here -> show(here.count() + " are here: " + here.members()));
        assertEquals(List.of("1 are here: [Ada]"), shown);
        assertTrue(peer.received().get(0).endsWith("\"count\":1}\n[\"Ada\"]"), peer.received()::toString);
    }

    private final List<String> shown = new ArrayList<>();

    private void show(String text) {
        shown.add(text);
    }

    @Test
    void severalNodes() {
        try (FakeBroker broker = new FakeBroker()) {
            Backplane backplane = broker.node(true);
            Peer peer = world.connect();
            Topics topics = Topics.of(peer.session());
            topics.connect(backplane);
            topics.configure("room/*", TopicOptions.live().history(1000, Duration.ofMinutes(10)));
            broker.goesAway();
            AtomicInteger failed = new AtomicInteger();
            topics.publish("room/7", "hello").whenComplete((published, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet(); // a BackplaneException, or a CompletionException around one
                }
            });
            await("it is told", () -> failed.get() == 1);
            topics.configure(
                    "room/*",
                    TopicOptions.live().history(1000, Duration.ofMinutes(10)).localWhileAway());
            topics.subscribe(peer.session(), "room/7");
            topics.publish("room/7", "hello");
            await("it has come", () -> peer.received().equals(List.of("text:hello")));
        }
    }
}
