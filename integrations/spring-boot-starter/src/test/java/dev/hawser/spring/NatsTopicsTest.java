package dev.hawser.spring;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.NatsServer;
import dev.hawser.topic.Topics;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Topics over a real NATS, by its URL. */
class NatsTopicsTest {
    @Test
    void nodesShareTheirTopicsOverNats() throws Exception {
        try (BrokerServer nats = new BrokerServer(new NatsServer());
                SpringApp one = connected(nats);
                SpringApp other = connected(nats);
                Peer there = TopicsTest.reader(other)) {
            one.bean(Topics.class)
                    .publish("news/here", "rain")
                    .toCompletableFuture()
                    .join();
            TopicsTest.assertReceives(there, 1, "rain");
        }
    }

    private static SpringApp connected(BrokerServer nats) {
        SpringApp app = SpringApp.start(
                TopicsTest.App.class,
                "hawser.topics.nats.url=" + nats.uri(),
                "hawser.topics.nats.prefix=shop",
                "hawser.topics.patterns[0].pattern=news/*",
                "hawser.topics.patterns[0].history-messages=10",
                "hawser.topics.patterns[0].history-age=10m");
        await("it is connected", () -> app.bean(Topics.class).backplane().connected());
        return app;
    }

    @Test
    void twoBackplanesStopTheStart() {
        FailureAnalysis analysis = ReportedFailures.of(
                TopicsTest.App.class, "hawser.topics.redis.enabled=true", "hawser.topics.nats.url=nats://127.0.0.1:1");
        assertEquals(
                "Topics have one backplane, but there are several: hawserNatsBackplane, hawserRedisBackplane.",
                analysis.getDescription());
        assertTrue(analysis.getAction().contains("hawser.topics.redis.enabled=false"), analysis.getAction());
    }

    @Test
    void aUrlThatIsNotValidStopsTheStartAndIsNotRepeated() {
        String secret = "vErYsEcReT";
        FailureAnalysis analysis = ReportedFailures.of(
                TopicsTest.App.class, "hawser.topics.nats.url=nats://me:" + secret + "@[127.0.0.1:port");
        assertEquals("hawser.topics.nats.url is not valid.", analysis.getDescription());
        assertFalse(analysis.getAction().contains(secret));
        assertFalse(String.valueOf(analysis.getCause()).contains(secret));
    }
}
