package dev.hawser.redis;

import static dev.hawser.brokers.Client.await;
import static dev.hawser.brokers.TwoNodes.KEPT;
import static dev.hawser.brokers.TwoNodes.publish;
import static dev.hawser.brokers.TwoNodes.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.brokers.BackplaneRules;
import dev.hawser.brokers.Client;
import dev.hawser.brokers.Load;
import dev.hawser.brokers.RedisServer;
import dev.hawser.brokers.TwoNodes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes over one real Redis: the rules of all backplanes, and what only Redis can do to its clients. */
class RedisBackplaneTest implements BackplaneRules {
    @RegisterExtension
    final TwoNodes nodes = new TwoNodes(new RedisServer(), (topics, redis) -> {
        topics.connect(new RedisBackplane(redis)); // such as redis://redis.internal:6379
    });

    @Override
    public TwoNodes nodes() {
        return nodes;
    }

    private String ask(String command) throws IOException {
        return RedisServer.ask(nodes.broker().port(), command);
    }

    @Test
    void whenRedisCutsItsSubscribersUnderLoadNothingIsLostOrComesTwice() throws Exception {
        List<Client> clients = nodes.clients();
        Load load = new Load(KEPT, List.of(nodes.first(), nodes.second()));
        try (load) {
            int cut = 0;
            while (cut < 10) {
                load.awaitMore(20);
                cut += Integer.parseInt(ask("CLIENT KILL TYPE pubsub").substring(1));
            }
            load.awaitMore(50);
        }
        nodes.assertAllStoredCameOnce(load, clients);
    }

    @Test
    void whatAStrangerPublishesToItsChannelsIsLeftOut() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 1);
        for (String garbage : List.of("S", "Sgarbage", "Sa\\nb\\nc\\nd", "L", "Lgarbage", "x")) {
            assertEquals(":2", ask("PUBLISH hawser:" + KEPT + " \"" + garbage + "\""), "both nodes heard it");
        }
        publish(nodes.second().topics, KEPT, 2, 3);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 3)));
            each.assertLaw();
        }
    }

    @Test
    void whenItsMemoryIsFullPublishersAreTold() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 1);
        assertEquals("+OK", ask("CONFIG SET maxmemory 1"));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> nodes.first()
                        .topics
                        .publish(KEPT, "lost")
                        .toCompletableFuture()
                        .join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        assertEquals("+OK", ask("CONFIG SET maxmemory 0"));
        publish(nodes.first().topics, KEPT, 2, 2);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 2)));
            each.assertLaw();
        }
    }

    @Test
    void aMessageIsStoredAgainAfterRedisHasForgottenItsScripts() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 1);
        assertEquals("+OK", ask("SCRIPT FLUSH"));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> nodes.first()
                        .topics
                        .publish(KEPT, "lost")
                        .toCompletableFuture()
                        .join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        publish(nodes.first().topics, KEPT, 2, 2);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 2)));
        }
    }

    @Test
    void whatAReplicaRefusesIsSurelyNotStored() throws Exception {
        publish(nodes.first().topics, KEPT, 1, 1);
        assertEquals("+OK", ask("REPLICAOF 127.0.0.1 " + nodes.broker().port()));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> nodes.first()
                        .topics
                        .publish(KEPT, "lost")
                        .toCompletableFuture()
                        .join());
        BackplaneException refused = assertInstanceOf(BackplaneException.class, failure.getCause());
        assertFalse(refused.mayBeStored(), refused.getMessage());
    }

    @Test
    void sendersThatWereSilentForLongAreForgotten() throws Exception {
        assertEquals(":3", ask("HSET hawser:meta:{" + KEPT + "} epoch e from:dead 5 from:old \"7 1000\""));
        publish(nodes.first().topics, KEPT, 1, 2);
        publish(nodes.second().topics, KEPT, 3, 4);
        assertEquals(":0", ask("HEXISTS hawser:meta:{" + KEPT + "} from:dead"));
        assertEquals(":0", ask("HEXISTS hawser:meta:{" + KEPT + "} from:old"));
        assertEquals(":4", ask("HLEN hawser:meta:{" + KEPT + "}"), "epoch, newest and two senders");
    }
}
