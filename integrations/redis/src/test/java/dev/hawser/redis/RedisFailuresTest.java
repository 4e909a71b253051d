package dev.hawser.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.brokers.Disturbance;
import dev.hawser.brokers.FailureRun;
import dev.hawser.brokers.FailureWorld;
import dev.hawser.brokers.RedisServer;
import dev.hawser.brokers.TwoNodes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of topics while Redis fails, a second each; {@code mvn -Pfailures} measures it for longer. */
class RedisFailuresTest {
    @RegisterExtension
    final TwoNodes nodes = new TwoNodes(new RedisServer(), (topics, redis) -> {
        topics.connect(new RedisBackplane(redis));
    });

    private void set(String name, String value) throws IOException {
        assertEquals("+OK", RedisServer.ask(nodes.broker().port(), "CONFIG SET " + name + " " + value));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // the profile plays each failure for a minute
    void topicsWhileRedisFails() throws Exception {
        FailureWorld world = new FailureWorld(nodes);
        FailureRun run = world.playCommon();
        run.play(new Disturbance(
                "memory of Redis full (noeviction)", () -> set("maxmemory", "1"), () -> set("maxmemory", "0")));
        run.large(true);
        int before = world.connections();
        run.play(new Disturbance(
                "subscriptions cut (client-output-buffer-limit)",
                () -> set("client-output-buffer-limit", "\"pubsub 1 1 1\""),
                () -> set("client-output-buffer-limit", "\"pubsub 33554432 8388608 60\"")));
        assertTrue(world.connections() > before, "Redis has cut its subscribers");
        world.report("Redis");
    }
}
