package dev.hawser.nats;

import dev.hawser.brokers.FailureWorld;
import dev.hawser.brokers.NatsServer;
import dev.hawser.brokers.TwoNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of topics while NATS fails, a second each; {@code mvn -Pfailures} measures it for longer. */
class NatsFailuresTest {
    @RegisterExtension
    final TwoNodes nodes = new TwoNodes(new NatsServer(), (topics, nats) -> {
        topics.connect(new NatsBackplane(nats));
    });

    @Test
    void topicsWhileNatsFails() throws Exception {
        FailureWorld world = new FailureWorld(nodes);
        world.playCommon();
        world.report("NATS");
    }
}
