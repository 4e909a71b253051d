package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stop tells its peers one after another, so that they do not all come back to another server at one moment. */
class SpreadStopTest {
    private static final int PEERS = 200;

    /** When a peer was told. */
    private final List<Long> times = Collections.synchronizedList(new ArrayList<>());

    @Test
    void peersAreToldAMillisecondApart() {
        List<TopicWorld.Peer> peers = stop(Duration.ofSeconds(1));
        peers.forEach(peer -> assertEquals(List.of("close:1001"), peer.received()));
        Duration spread = Duration.ofNanos(times.get(PEERS - 1) - times.get(0));
        assertTrue(spread.compareTo(Duration.ofMillis(PEERS / 2)) >= 0, spread::toString);
    }

    @Test
    void withoutATimeoutAllAreToldAllTheSame() {
        stop(Duration.ZERO).forEach(peer -> assertEquals(List.of("close:1001"), peer.received()));
        assertEquals(PEERS, times.size());
    }

    private List<TopicWorld.Peer> stop(Duration timeout) {
        try (TopicWorld world = new TopicWorld()) {
            List<TopicWorld.Peer> peers = world.connect(PEERS);
            peers.forEach(peer -> peer.transport.beforeWrite(() -> times.add(System.nanoTime())));
            world.runtime.close(timeout);
            return peers;
        }
    }
}
